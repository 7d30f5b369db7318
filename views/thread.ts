import type { EventData, EventType, NewEvent } from '#rotation/events'
import { ROLE_TITLES, rotationLabel } from '#rotation/rotation'
import { CHECK_WORDS } from './check-lines.ts'
import { oldVersionName } from './revocation-lines.ts'
import type { Names } from './state.ts'
import { code, link, list, mention, plural, theirs } from './text.ts'
import { runTitle, standInWords, stepName, TRIGGER_TITLES, who } from './words.ts'

/** Who did it, and what the event knows. */
type Line<Type extends EventType> = (by: string, data: EventData[Type], names: Names) => string

const attemptWords = (attempt: number): string => (attempt > 1 ? ` (attempt ${attempt})` : '')

/** Words after a colon, when there are any. */
const after = (text: string, limit = 1500): string => (text.trim() ? `: ${theirs(text, limit)}` : '')

const VERSIONS_NAMED = 9

/** One line for each kind of event. */
const LINES: { [Type in EventType]: Line<Type> } = {
  'rotation-opened': (by, { trigger, severity, tokens, reason }) =>
    `▶ ${by} opened it: ${[TRIGGER_TITLES[trigger], severity].filter(Boolean).join(' ')}, ${plural(tokens.length, 'token')}${after(reason)}`,
  'checks-run': (_, { step, results }) => {
    const open = results.filter((result) => result.state !== 'passed')
    const passed = `${results.length - open.length} of ${plural(results.length, 'check')} passed`
    const troubles = open.map(
      ({ title, state, sentence }) =>
        `${CHECK_WORDS[state].sign} ${title} ${CHECK_WORDS[state].word}: ${theirs(sentence, 400)}`,
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
        : `failed (${theirs(conclusion, 400)})`
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
  'rotation-aborted': (by, { reason }) => `✗ ${by} aborted it${after(reason)}`,
  'owner-changed': (by, { from, to, reason }, names) =>
    // The new owner has something to do now, so it rings.
    `→ ${by} handed it from ${who(from, names)} to ${mention(to)}${after(reason)}`,
  delegated: (by, { role, to, lastDay }) =>
    // Whoever stands in may be asked to sign, so it rings.
    `→ ${mention(to)} stands in for ${by} as ${ROLE_TITLES[role]} until the end of ${lastDay}`,
  'delegation-ended': (by, { role, to }, names) =>
    `← ${who(to, names)} no longer stands in for ${by} as ${ROLE_TITLES[role]}`,
  'revocation-proven': (_, { versions }) =>
    versions.length === 1
      ? `✓ Old version revoked: ${versions.map((each) => `${oldVersionName(each)} – ${theirs(each.proof, 200)}`).join('')}`
      : `✓ ${plural(versions.length, 'old version')} revoked, verified by machine: ${list(versions.map(oldVersionName), VERSIONS_NAMED)}`,
  'revocation-overdue': (_, { versions }) =>
    `⚠ ${plural(versions.length, 'old version')} overdue to be revoked: ${list(
      versions.map((each) => `${oldVersionName(each)} ${theirs(each.why, 160)}`),
      VERSIONS_NAMED,
    )}`,
  'revocation-recorded': (by, { versions, what, proof }) => {
    const links = proof.length > 0 ? `${plural(proof.length, 'proof link')}` : 'no proof linked'
    const named = list(versions.map(oldVersionName), VERSIONS_NAMED)
    return `☑ ${by} recorded ${plural(versions.length, 'old version')} as revoked by hand, not verified by machine (${links}): ${named}${after(what)}`
  },
  escalated: (by, { reason }) => `⚠ ${by} escalated to DevOps on-call (P1)${after(reason)}`,
}

/** The line that a rotation's thread gets for an event; it begins with the rotation's name. */
export function threadLine(event: NewEvent, names: Names): string {
  const write = <Type extends EventType>(type: Type, data: EventData[Type]) =>
    LINES[type](who(event.actor, names), data, names)
  return `*${rotationLabel(event.rotationId)}* ${write(event.type, event.data)}`
}
