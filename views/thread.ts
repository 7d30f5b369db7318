import { CAUSE_TITLES } from '#domain/on-call/escalation-cause'
import { BOT_ACTOR, type EventData, type EventType, type NewEvent } from '#domain/rotation/events'
import { INCIDENT_TRIGGERS, ROLE_TITLES, rotationLabel } from '#domain/rotation/rotation'
import { CHECK_WORDS } from './check-lines.ts'
import { CONFIRMATION_PROBLEMS } from './confirmation.ts'
import { deploymentLink, reviewerWords, startWords } from './found-runs.ts'
import { oldVersionName } from './revocation-lines.ts'
import type { Names } from './state.ts'
import { code, escapeUntrusted, link, list, mention, plural } from './text.ts'
import { sentenceOf, when } from './times.ts'
import { delegateOfWords, phaseName, runTitle, shortName, stepName, TRIGGER_TITLES, who } from './words.ts'

/** Formats one type of event. @param by name of the actor */
type Line<Type extends EventType> = (by: string, data: EventData[Type], names: Names) => string

/** The number of a run in an environment counts those in the others too, and says nothing there. */
export const attemptWords = ({ attempt, environment }: { attempt: number; environment?: string }): string =>
  attempt > 1 && environment === undefined ? ` (attempt ${attempt})` : ''

const after = (text: string, limit = 1500): string => (text.trim() ? `: ${escapeUntrusted(text, limit)}` : '')

const LINKS_SHOWN = 10

const linkWords = (evidence: string[]): string =>
  evidence.length > 0
    ? ` · ${list(
        evidence.map((each) => link(each, each)),
        LINKS_SHOWN,
      )}`
    : ''
/** Slack shows a file to whom a message with its address shows it. Files are the last of the evidence. */
const fileLinks = (evidence: string[], files: { name: string }[]): string =>
  ` (${files
    .map(({ name }, index) => link(evidence[evidence.length - files.length + index] ?? '', name, 80))
    .join(', ')})`

const VERSIONS_NAMED = 9

const nowWords = (disableNow = false): string =>
  disableNow ? ' · ⚠ old versions are disabled now, whoever uses them' : ''

const LINES: { [Type in EventType]: Line<Type> } = {
  'rotation-opened': (
    by,
    { trigger, severity, tokens, reason, evidence = [], supersedes = [], disableNow },
  ) => {
    const kind = [TRIGGER_TITLES[trigger], severity].filter(Boolean).join(' ')
    const instead = supersedes.length > 0 ? `, instead of ${list(supersedes.map(rotationLabel))}` : ''
    return `▶ ${by} opened the rotation: ${kind}, ${plural(tokens.length, 'token')}${instead}${nowWords(disableNow)}${after(reason)}${linkWords(evidence)}`
  },
  'raised-to-incident': (by, { from, trigger, severity, reason, evidence, signaturesVoid, disableNow }) => {
    const before = TRIGGER_TITLES[from.trigger]
    const voided = signaturesVoid ? ' · earlier signatures no longer count' : ''
    return `⚠ ${by} turned this rotation into an incident: ${TRIGGER_TITLES[trigger]} ${severity} (before: ${before})${nowWords(disableNow)}${after(reason)}${linkWords(evidence)}${voided}`
  },
  'record-changed': () => 'The record changed',
  'confirmation-requested': (by, { role, login, digest, comment }) =>
    `⏳ ${by} signed as ${ROLE_TITLES[role]} in Slack; it counts when ${escapeUntrusted(login, 60)} comments ${code(digest)} on the ticket${after(comment)}`,
  'confirmation-refused': (_, { role, why, login, url }) =>
    `⚠ The signature as ${ROLE_TITLES[role]} is not confirmed: ${CONFIRMATION_PROBLEMS[why](escapeUntrusted(login, 60))} · ${link(url, 'comment')}`,
  'checks-run': (_, { step, results }) => {
    const open = results.filter((result) => result.state !== 'passed')
    const passed = `${results.length - open.length} of ${plural(results.length, 'check')} passed`
    const troubles = open.map(
      ({ title, state, sentence }) =>
        `${CHECK_WORDS[state].sign} ${title} ${CHECK_WORDS[state].word}: ${sentenceOf(sentence, 400)}`,
    )
    return [`Checked ${phaseName(step)}: ${passed}`, ...troubles].join(' · ')
  },
  'run-requested': (by, { attempt, windowReason, ...run }) => {
    const early = windowReason === undefined ? '' : ` · ⚠ while its window was closed${after(windowReason)}`
    return `… ${by} started: ${runTitle(run)}${attemptWords({ attempt, ...run })}${early}`
  },
  'run-started': (_, { attempt, runId, url, ...run }) =>
    `… ${runTitle(run)}${attemptWords({ attempt, ...run })} is in CI: ${link(url, `run ${runId}`)}`,
  'run-finished': (_, { attempt, succeeded, conclusion, url, requestedBy, ...ended }) => {
    const result = succeeded
      ? 'succeeded'
      : conclusion === 'failure'
        ? 'failed'
        : `failed (${escapeUntrusted(conclusion, 400)})`
    const run = url ? ` · ${link(url, 'run')}` : ''
    // The person who started it may have closed the modal, so they are notified of a failure.
    const isNotified = !succeeded && requestedBy && requestedBy !== BOT_ACTOR
    const notified = isNotified ? ` · ${mention(requestedBy)}` : ''
    return `${succeeded ? '✓' : '✗'} ${runTitle(ended)}${attemptWords({ attempt, ...ended })} ${result}${run}${notified}`
  },
  'first-version-seen': (_, { agent, environment, versionId }) =>
    `✓ First new version for ${escapeUntrusted(environment, 100)}: ${escapeUntrusted(agent, 100)} ${code(versionId.slice(0, 8))}`,
  'run-again': (_, { attempt, runAttempt, startedBy, url, ...run }) =>
    `… ${runTitle(run)}${attemptWords({ attempt, ...run })} was run again in GitHub by ${escapeUntrusted(startedBy, 80)}: ${url ? link(url, `attempt ${runAttempt}`) : `attempt ${runAttempt}`}`,
  'run-waits': (_, { attempt, reviewers, url, ...run }) =>
    `⏸ ${runTitle(run)}${attemptWords({ attempt, ...run })} waits for an approval in GitHub${reviewerWords(reviewers)}${url ? `: ${link(url, 'review it')}` : ''}`,
  'run-adopted': (by, { attempt, runId, url, reason, startedBy, event, startedAt, ...run }) =>
    `⚠ ${by} adopted a run that the bot did not start: ${runTitle(run)}${attemptWords({ attempt, ...run })}, ${link(url, `run ${runId}`)}, ${startWords({ startedBy, event, startedAt })}${after(reason)}`,
  'deviation-recorded': (_, { environment, startedBy, startedAt, url, runId }) =>
    `⚠ ${escapeUntrusted(environment, 100)} was deployed before both roles had signed, by ${escapeUntrusted(startedBy, 80)}, ${when(startedAt)}${deploymentLink({ url, runId })}. Both approvers see this first.`,
  'lines-quoted': (by, { url, runId, environment, ...run }) =>
    `✎ ${by} quoted failing lines of ${runTitle({ ...run, ...(environment === undefined ? {} : { environment }) })}, ${link(url, `run ${runId}`)}`,
  'step-completed': (by, { step, evidence, files = [], notes }) => {
    const links = evidence.length - files.length
    const proof = [
      ...(links > 0 ? [`, ${plural(links, 'evidence link')}`] : []),
      ...(files.length > 0 ? [`, ${plural(files.length, 'file')}${fileLinks(evidence, files)}`] : []),
    ].join('')
    return `✓ ${by} completed ${stepName(step)}${proof}${after(notes)}`
  },
  'exception-recorded': (by, { title, what, proof }) => {
    const links = proof.length > 0 ? ` (${plural(proof.length, 'proof link')})` : ' (no proof linked)'
    return `⚠ ${by} overrode "${title}" with a manual step${links}${after(what)}`
  },
  'signed-off': (by, { role, digest, comment, delegateOf, confirmation }, names) => {
    const confirmed = confirmation
      ? `, ${link(confirmation.url, `confirmed by ${confirmation.login} on GitHub`)}`
      : ''
    return `✓ ${by} signed as ${ROLE_TITLES[role]}${delegateOfWords(delegateOf, names)}, digest ${code(digest.slice(0, 8))}${confirmed}${after(comment)}`
  },
  rejected: (by, { role, reason, reopened, delegateOf }, names) =>
    `↩ ${by} rejected as ${ROLE_TITLES[role]}${delegateOfWords(delegateOf, names)} and reopened ${list(reopened.map(stepName))}${after(reason)}`,
  'rotation-approved': (_, { tokens }) => `✓ Both roles have signed: approved for ${plural(tokens, 'token')}`,
  'environment-promoted': (_, { environment }) =>
    `✓ ${escapeUntrusted(environment, 100)} runs on the new tokens: deployed and verified`,
  'break-glass-requested': (by, { reason }) => `⚠ ${by} asks to deploy before the sign-offs${after(reason)}`,
  'break-glass': (by, { requestedBy, reason, role, delegateOf }, names) =>
    `⚠ *Break-glass, a deviation from the runbook:* ${by} (${ROLE_TITLES[role]}${delegateOfWords(delegateOf, names)}) lets environments be deployed to before the sign-offs, as ${who(requestedBy, names)} asked${after(reason)}`,
  'rollback-requested': (by, { versions, reason }) =>
    `↩ ${by} takes ${plural(versions.length, 'token')} back: ${list(versions.map(oldVersionName), VERSIONS_NAMED)}. Step 4 reopens, and both roles must sign again${after(reason)}`,
  'rolled-back': (_, { versions }) =>
    `↩ ${plural(versions.length, 'old version')} current again: ${list(versions.map(oldVersionName), VERSIONS_NAMED)}. Deploy their environments again.`,
  withdrawn: (by, { role, reason, delegateOf }, names) =>
    `↩ ${by} withdrew the approval as ${ROLE_TITLES[role]}${delegateOfWords(delegateOf, names)}: both roles must sign again${after(reason)}`,
  'approval-void': (_, { reason, reopened }) =>
    `↩ The approval no longer applies: ${escapeUntrusted(reason, 300)}. Reopened: ${list(reopened.map(stepName))}. Both roles must sign again.`,
  'rotation-completed': (_, { proven, recorded }) =>
    `✓ Complete: ${plural(proven, 'old version')} proven revoked${recorded > 0 ? `, ${recorded} recorded by a person` : ''}`,
  'rotation-aborted': (by, { reason }) => `✗ ${by} aborted the rotation${after(reason)}`,
  'owner-changed': (by, { from, to, reason }, names) =>
    // The new owner has to act, so they are notified.
    `→ ${by} handed the rotation from ${who(from, names)} to ${mention(to)}${after(reason)}`,
  escalated: (by, { reason, severity = 'P1' }) =>
    `⚠ ${by} escalated to DevOps on-call (${severity})${after(reason)}`,
  'escalation-acknowledged': (_, { cause, by, via }, names) =>
    `☎ Acknowledged by ${who(by, names)}${via === 'pager' ? ' in PagerDuty' : ''}: ${CAUSE_TITLES[cause]}`,
  'escalation-carried-over': (_, { cause, severity, from }) =>
    `☎ The page of ${rotationLabel(from)} goes on in this rotation: ${severity}, ${CAUSE_TITLES[cause]}`,
  'escalation-resolved': (by, { cause, reason }) =>
    `☎ Resolved${by === 'the bot' ? '' : ` by ${by}`}: ${CAUSE_TITLES[cause]} (${escapeUntrusted(reason, 200)})`,
  delegated: (by, { role, to, lastDay }) =>
    // The delegate may be asked to sign, so they are notified.
    `→ ${mention(to)} is the delegate of ${by} as ${ROLE_TITLES[role]} until the end of ${lastDay}`,
  'delegation-ended': (by, { role, to }, names) =>
    `← ${who(to, names)} is no longer the delegate of ${by} as ${ROLE_TITLES[role]}`,
  'revocation-disabled': (_, { versions }) =>
    `◌ ${plural(versions.length, 'old version')} disabled at the issuer, and watched: ${list(versions.map(oldVersionName), VERSIONS_NAMED)}`,
  'revocation-restored': (_, { versions }) =>
    `↩ ${plural(versions.length, 'old version')} accepted again by the issuer: ${list(versions.map(oldVersionName), VERSIONS_NAMED)}`,
  'revocation-forced': (by, { versions, reason }) =>
    `⚠ ${by} revokes ${plural(versions.length, 'old version')} now: ${list(versions.map(oldVersionName), VERSIONS_NAMED)}${after(reason)}`,
  'revocation-extended': (by, { versions, until, reason }) =>
    `⚠ ${by} extended the deadline of ${plural(versions.length, 'old version')} to ${when(until)}: ${list(versions.map(oldVersionName), VERSIONS_NAMED)}${after(reason)}`,
  'revocation-proven': (_, { versions }) =>
    versions.length === 1
      ? `✓ Old version revoked: ${versions.map((each) => `${oldVersionName(each)} – ${escapeUntrusted(each.proof, 200)}`).join('')}`
      : `✓ ${plural(versions.length, 'old version')} revoked, verified by machine: ${list(versions.map(oldVersionName), VERSIONS_NAMED)}`,
  'revocation-overdue': (_, { versions }) =>
    `⚠ ${plural(versions.length, 'old version')} overdue for revocation: ${list(
      versions.map((each) => `${oldVersionName(each)} ${escapeUntrusted(each.why, 160)}`),
      VERSIONS_NAMED,
    )}`,
  'revocation-contradicted': (_, { versions }) =>
    `⚠ ${plural(versions.length, 'old version')} recorded as revoked, but readable and labelled: ${list(versions.map(oldVersionName), VERSIONS_NAMED)}. The bot tracks ${versions.length === 1 ? 'it' : 'them'} again.`,
  'revocation-recorded': (by, { versions, what, proof }) => {
    const links = proof.length > 0 ? `${plural(proof.length, 'proof link')}` : 'no proof linked'
    const named = list(versions.map(oldVersionName), VERSIONS_NAMED)
    return `☑ ${by} recorded ${plural(versions.length, 'old version')} as revoked, not checked by a machine (${links}): ${named}${after(what)}`
  },
}

/**
 * Whether an event is in the thread: what a revocation run did has a line of its own, the run only when it failed. The card
 * itself says how a routine rotation was opened.
 */
export const hasThreadLine = (event: NewEvent): boolean => {
  if (event.type === 'rotation-opened') return INCIDENT_TRIGGERS.some((each) => each === event.data.trigger)
  // These have messages of their own, or are in the line of the second signature.
  if (
    ['escalated', 'break-glass-requested', 'rotation-approved', 'record-changed', 'lines-quoted'].includes(
      event.type,
    )
  )
    return false
  if (event.type === 'run-requested' || event.type === 'run-started') return event.data.kind !== 'revoke'
  return event.type !== 'run-finished' || event.data.kind !== 'revoke' || !event.data.succeeded
}

/** Only incidents and drills are named in their thread, so that nobody takes them for a routine rotation. */
export function threadLead(rotation: Parameters<typeof shortName>[0]): string {
  const name = shortName(rotation)
  return name === rotationLabel(rotation.id) ? '' : `*${name}* `
}

/**
 * The words for an event in the rotation's thread, without its name: the thread is the rotation's own. While bots are updated the
 * history may have events of a newer version.
 */
export function threadLine(event: NewEvent, names: Names): string {
  const by = who(event.actor, names)
  const write = <Type extends EventType>(type: Type, data: EventData[Type]) => {
    const line = LINES[type] as Line<Type> | undefined
    return line?.(by, data, names) ?? `${by}: ${code(type)}, which only a newer version of the bot describes`
  }
  return write(event.type, event.data)
}
