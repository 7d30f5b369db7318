import { ageInDays, daysUntil, freshness, nextDue, type TokenAge } from '#rotation/cadence'
import type { Instant } from '#rotation/rotation'
import { compareTokens, tokenLabel } from '#rotation/scope'
import { day, list, plural, theirs } from './text.ts'

const NAMED = 5

const label = (token: TokenAge): string => theirs(tokenLabel(token), 100)

/** What the ages ask for, the most pressing first: overdue, not read, next due. */
export function tokenLines(tokens: TokenAge[], now: Instant): string[] {
  if (tokens.length === 0) return ['The registry lists no token.']
  const overdue = tokens
    .filter((token) => freshness(token, now) === 'overdue')
    .sort((a, b) => (a.currentSince ?? '').localeCompare(b.currentSince ?? '') || compareTokens(a, b))
  const unread = tokens.filter((token) => freshness(token, now) === 'unknown').sort(compareTokens)
  return [...overdueLines(overdue, now), ...unreadLines(unread), ...nextDueLines(tokens, now)]
}

function overdueLines(overdue: TokenAge[], now: Instant): string[] {
  if (overdue.length === 0) return []
  const named = overdue.map(
    (token) =>
      `${label(token)} (${ageInDays(token.currentSince ?? now, now)} of ${plural(token.cadenceDays, 'day')})`,
  )
  return [`⚠ *${plural(overdue.length, 'token')} overdue:* ${list(named, NAMED)}`]
}

function unreadLines(unread: TokenAge[]): string[] {
  const byReason = [...Map.groupBy(unread, (token) => token.problem ?? 'no reason given')]
  const shown = byReason.slice(0, NAMED).map(([reason, tokens]) => {
    const which = list(tokens.map(label), NAMED)
    return `? *${plural(tokens.length, 'token')} not read:* ${which}: ${theirs(reason, 300)}`
  })
  const left = byReason.slice(NAMED).flatMap(([, tokens]) => tokens).length
  return [...shown, ...(left > 0 ? [`? ${plural(left, 'more token')} not read, for other reasons`] : [])]
}

function nextDueLines(tokens: TokenAge[], now: Instant): string[] {
  const next = nextDue(tokens.filter((token) => freshness(token, now) !== 'overdue'))
  if (!next) return []
  const days = daysUntil(next.due, now)
  const relative = days <= 0 ? 'today' : `in ${plural(days, 'day')}`
  return [`Next due: ${label(next.token)}, ${day(next.due)} (${relative})`]
}

/** The same in a few words, for notifications. */
export function tokenSummary(tokens: TokenAge[], now: Instant): string {
  const count = (state: ReturnType<typeof freshness>) =>
    tokens.filter((token) => freshness(token, now) === state).length
  const parts = [
    plural(tokens.length, 'token'),
    ...(count('overdue') > 0 ? [`${count('overdue')} overdue`] : []),
    ...(count('unknown') > 0 ? [`${count('unknown')} not read`] : []),
    ...(count('due-soon') > 0 ? [`${count('due-soon')} due soon`] : []),
  ]
  return parts.length === 1 ? `${parts[0]}, none overdue` : parts.join(', ')
}
