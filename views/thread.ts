import { CAUSE_TITLES } from '#domain/on-call/escalation-cause'
import type { EventData, EventType, NewEvent } from '#domain/rotation/events'
import { ROLE_TITLES, rotationLabel } from '#domain/rotation/rotation'
import { CHECK_WORDS } from './check-lines.ts'
import { oldVersionName } from './revocation-lines.ts'
import type { Names } from './state.ts'
import { code, escapeUntrusted, link, list, mention, plural } from './text.ts'
import { runTitle, standInWords, stepName, TRIGGER_TITLES, who } from './words.ts'

/** Who did it, and what the event knows. */
type Line<Type extends EventType> = (by: string, data: EventData[Type], names: Names) => string

const attemptWords = (attempt: number): string => (attempt > 1 ? ` (attempt ${attempt})` : '')

/** Words after a colon, when there are any. */
const after = (text: string, limit = 1500): string => (text.trim() ? `: ${escapeUntrusted(text, limit)}` : '')

const LINKS_SHOWN = 10

const linkWords = (evidence: string[]): string =>
  evidence.length > 0
    ? ` · ${list(
        evidence.map((each) => link(each, each)),
        LINKS_SHOWN,
      )}`
    : ''
const VERSIONS_NAMED = 9

/** One line for each kind of event. */
const LINES: { [Type in EventType]: Line<Type> } = {
  'rotation-opened': (by, { trigger, severity, tokens, reason, evidence = [], supersedes = [] }) => {
    const kind = [TRIGGER_TITLES[trigger], severity].filter(Boolean).join(' ')
    const instead = supersedes.length > 0 ? `, instead of ${list(supersedes.map(rotationLabel))}` : ''
    return `▶ ${by} opened it: ${kind}, ${plural(tokens.length, 'token')}${instead}${after(reason)}${linkWords(evidence)}`
  },
  'raised-to-incident': (by, { from, trigger, severity, reason, evidence, signaturesVoid }) => {
    const before = TRIGGER_TITLES[from.trigger]
    const anew = signaturesVoid ? ' · signatures given so far count no more' : ''
    return `⚠ ${by} raised it to an incident: ${TRIGGER_TITLES[trigger]} ${severity} (it was: ${before})${after(reason)}${linkWords(evidence)}${anew}`
  },
  'checks-run': (_, { step, results }) => {
    const open = results.filter((result) => result.state !== 'passed')
    const passed = `${results.length - open.length} of ${plural(results.length, 'check')} passed`
    const troubles = open.map(
      ({ title, state, sentence }) =>
        `${CHECK_WORDS[state].sign} ${title} ${CHECK_WORDS[state].word}: ${escapeUntrusted(sentence, 400)}`,
    )
    return [`Checked ${stepName(step)}: ${passed}`, ...troubles].join(' · ')
  },
  'run-requested': (by, { kind, system, attempt }) =>
    `… ${by} started: ${runTitle({ kind, ...(system && { system }) })}${attemptWords(attempt)}`,
  'run-started': (_, { kind, attempt, runId, url }) =>
    `… ${runTitle({ kind })}${attemptWords(attempt)} is in the CI: ${link(url, `run ${runId}`)}`,
  'run-finished': (_, { kind, attempt, succeeded, conclusion, url, system, requestedBy }) => {
    const result = succeeded
      ? 'succeeded'
      : conclusion === 'failure'
        ? 'failed'
        : `failed (${escapeUntrusted(conclusion, 400)})`
    const run = url ? ` · ${link(url, 'run')}` : ''
    // Who started it closed the modal meanwhile, so it rings.
    const told = requestedBy ? ` · ${mention(requestedBy)}` : ''
    return `${succeeded ? '✓' : '✗'} ${runTitle({ kind, ...(system && { system }) })}${attemptWords(attempt)} ${result}${run}${told}`
  },
  'step-completed': (by, { step, evidence, notes }) => {
    const links = evidence.length > 0 ? `, ${plural(evidence.length, 'evidence link')}` : ''
    return `✓ ${by} completed ${stepName(step)}${links}${after(notes)}`
  },
  'exception-recorded': (by, { title, what, proof }) => {
    const links = proof.length > 0 ? ` (${plural(proof.length, 'proof link')})` : ' (no proof linked)'
    return `⚠ ${by} carried "${title}" past by hand${links}${after(what)}`
  },
  'signed-off': (by, { role, digest, comment, delegateOf }, names) =>
    `✓ ${by} signed as ${ROLE_TITLES[role]}${standInWords(delegateOf, names)}, digest ${code(digest.slice(0, 8))}${after(comment)}`,
  rejected: (by, { role, reason, reopened, delegateOf }, names) =>
    `↩ ${by} rejected as ${ROLE_TITLES[role]}${standInWords(delegateOf, names)} and reopened ${list(reopened.map(stepName))}${after(reason)}`,
  'rotation-approved': (_, { tokens }) => `✓ Both roles have signed: approved for ${plural(tokens, 'token')}`,
  'rotation-completed': (_, { proven, recorded }) =>
    `✓ Complete: ${plural(proven, 'old version')} proven revoked${recorded > 0 ? `, ${recorded} recorded by a person` : ''}`,
  'rotation-aborted': (by, { reason }) => `✗ ${by} aborted it${after(reason)}`,
  'owner-changed': (by, { from, to, reason }, names) =>
    // The new owner has something to do now, so it rings.
    `→ ${by} handed it from ${who(from, names)} to ${mention(to)}${after(reason)}`,
  escalated: (by, { reason, severity = 'P1' }) =>
    `⚠ ${by} escalated to DevOps on-call (${severity})${after(reason)}`,
  'escalation-acknowledged': (_, { cause, by, via }, names) =>
    `☎ ${who(by, names)} has it: ${CAUSE_TITLES[cause]}${via === 'pager' ? ' (acknowledged in PagerDuty)' : ''}`,
  'escalation-resolved': (by, { cause, reason }) =>
    `☎ Over: ${CAUSE_TITLES[cause]} (${escapeUntrusted(reason, 200)})${by === 'the bot' ? '' : `, says ${by}`}`,
  delegated: (by, { role, to, lastDay }) =>
    // Whoever stands in may be asked to sign, so it rings.
    `→ ${mention(to)} stands in for ${by} as ${ROLE_TITLES[role]} until the end of ${lastDay}`,
  'delegation-ended': (by, { role, to }, names) =>
    `← ${who(to, names)} no longer stands in for ${by} as ${ROLE_TITLES[role]}`,
  'revocation-proven': (_, { versions }) =>
    versions.length === 1
      ? `✓ Old version revoked: ${versions.map((each) => `${oldVersionName(each)} – ${escapeUntrusted(each.proof, 200)}`).join('')}`
      : `✓ ${plural(versions.length, 'old version')} revoked, verified by machine: ${list(versions.map(oldVersionName), VERSIONS_NAMED)}`,
  'revocation-overdue': (_, { versions }) =>
    `⚠ ${plural(versions.length, 'old version')} overdue to be revoked: ${list(
      versions.map((each) => `${oldVersionName(each)} ${escapeUntrusted(each.why, 160)}`),
      VERSIONS_NAMED,
    )}`,
  'revocation-recorded': (by, { versions, what, proof }) => {
    const links = proof.length > 0 ? `${plural(proof.length, 'proof link')}` : 'no proof linked'
    const named = list(versions.map(oldVersionName), VERSIONS_NAMED)
    return `☑ ${by} recorded ${plural(versions.length, 'old version')} as revoked by hand, not verified by machine (${links}): ${named}${after(what)}`
  },
}

/**
 * The line that a rotation's thread gets for an event; it begins with the rotation's name.
 *
 * @param name as `shortName` says it: a line of an incident or a drill is not taken for a routine one
 */
export function threadLine(event: NewEvent, names: Names, name = rotationLabel(event.rotationId)): string {
  const write = <Type extends EventType>(type: Type, data: EventData[Type]) =>
    LINES[type](who(event.actor, names), data, names)
  return `*${name}* ${write(event.type, event.data)}`
}
