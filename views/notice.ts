import { approvals, type Rotation } from '#domain/rotation/rotation'
import { calendarOf, dayName } from '#domain/time/calendar'
import { dueDay } from '#domain/tokens/due-day'
import { environmentsOf } from '#domain/tokens/scope'
import { context, type Message, section } from './blocks.ts'
import { exceptionFor } from './check-lines.ts'
import { revocationSummary } from './revocation-lines.ts'
import type { Names, RotationState } from './state.ts'
import { code, escapeUntrusted, link, list, plural } from './text.ts'
import { calendarDay, duration, millisBetween } from './times.ts'
import { delegateOfWords, renewed, shortName, who } from './words.ts'

/** Announces in the channel that a rotation is complete: signed by both roles. */
export function notice(state: RotationState, names: Names): Message {
  const { rotation } = state
  const first = `✓ ${shortName(rotation)} complete: ${outcome(rotation)}`
  return {
    text: first,
    blocks: [
      section([`*${first}*`, proofWords(state, names), ...revocationWords(state)]),
      ...context([linkWords(state)]),
    ],
  }
}

const ENVIRONMENTS_NAMED = 6

/** `9 tokens rotated in production, staging`; also counts tokens that were not rotated. */
function outcome(rotation: Rotation): string {
  const environments = environmentsOf(rotation.tokens).map((name) => escapeUntrusted(name, 100))
  const many = environments.length > ENVIRONMENTS_NAMED
  const places = many ? list(environments, ENVIRONMENTS_NAMED) : environments.join(', ')
  const [done, all] = [renewed(rotation).length, rotation.tokens.length]
  if (done === all) return `${plural(all, 'token')} rotated in ${places}`
  return `${done} of ${plural(all, 'token')} rotated in ${places}; ${plural(all - done, 'token')} without a new version`
}

function proofWords(state: RotationState, names: Names): string {
  const { rotation, checks } = state
  const signers = list(
    approvals(rotation).map((each) => `${who(each.by, names)}${delegateOfWords(each.delegateOf, names)}`),
  )
  const took = duration(millisBetween(rotation.openedAt, rotation.closedAt ?? rotation.openedAt))
  const passed = checks.filter((check) => check.state === 'passed').length
  const excepted = checks.filter(
    (check) => check.state !== 'passed' && exceptionFor(state, check.check),
  ).length
  const exceptions = Math.max(excepted, new Set(rotation.exceptions.map((each) => each.check)).size)
  return [
    `Signed by ${signers}`,
    `took ${took}`,
    `${plural(passed, 'check')} passed`,
    exceptions > 0 ? `⚠ ${plural(exceptions, 'exception')}` : '0 exceptions',
  ].join(' · ')
}

/** A rotation can be complete before its old versions are revoked, so the notice says what is left. */
function revocationWords({ rotation, revocations }: RotationState): string[] {
  const summary = revocationSummary(revocations, rotation.closedAt ?? rotation.openedAt)
  return summary ? [summary] : []
}

function linkWords({ rotation, logUrl, runbook, permalink, digest, timeZone }: RotationState): string {
  const { ticket } = runbook
  const due = nextDueOf(rotation, timeZone)
  return [
    logUrl ? link(logUrl, 'Log entry') : 'Log entry: not committed yet',
    URL.canParse(ticket) ? link(ticket, 'ticket') : `ticket ${escapeUntrusted(ticket, 100)}`,
    ...(permalink ? [link(permalink, 'card and thread')] : []),
    `digest ${code((approvals(rotation).at(-1)?.digest ?? digest).slice(0, 8))}`,
    ...(due ? [`next due ${due}`] : []),
  ].join(' · ')
}

function nextDueOf({ tokens }: Rotation, timeZone: string): string | null {
  const calendar = calendarOf(timeZone)
  const days = tokens.flatMap(
    ({ newVersionAt, cadenceDays }) => dueDay({ currentSince: newVersionAt, cadenceDays }, calendar) ?? [],
  )
  return days.length === 0 ? null : calendarDay(dayName(Math.min(...days)))
}
