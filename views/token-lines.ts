import { compareTokens, tokenLabel } from '#domain/tokens/scope'
import {
  compareAges,
  compareUrgency,
  type Freshness,
  freshness,
  nextDue,
  type TokenAge,
} from '#domain/tokens/token-age'
import { escapeUntrusted, listSome, plural } from './text.ts'
import { calendarDay } from './times.ts'
import { tokenAgeWords } from './token-age-words.ts'

const NAMED = 5

const label = (token: TokenAge): string => escapeUntrusted(tokenLabel(token), 180)

/** What needs attention, most urgent first: overdue, due soon, not read; else what is due next. */
export function tokenLines(tokens: TokenAge[]): string[] {
  if (tokens.length === 0) return ['The registry lists no token.']
  const byState = Map.groupBy(tokens, (token) => freshness(token))
  const overdue = [...(byState.get('overdue') ?? [])].sort((a, b) => compareAges(a, b) || compareTokens(a, b))
  const unread = [...(byState.get('unknown') ?? [])].sort(compareTokens)
  const dueSoon = [...(byState.get('due-soon') ?? [])].sort(compareUrgency)
  return [
    ...overdueLines(overdue),
    ...dueSoonLines(dueSoon),
    ...unreadLines(unread),
    ...(dueSoon.length > 0 ? [] : nextDueLines(byState.get('fresh') ?? [])),
  ]
}

function dueSoonLines(dueSoon: TokenAge[]): string[] {
  if (dueSoon.length === 0) return []
  const named = listSome(dueSoon, NAMED, (token) => `${label(token)} ${tokenAgeWords(token)}`)
  return [`◔ *${plural(dueSoon.length, 'token')} due soon:* ${named}`]
}

function overdueLines(overdue: TokenAge[]): string[] {
  if (overdue.length === 0) return []
  const named = listSome(overdue, NAMED, (token) => `${label(token)} ${tokenAgeWords(token)}`)
  return [`⚠ *${plural(overdue.length, 'token')} overdue:* ${named}`]
}

function unreadLines(unread: TokenAge[]): string[] {
  const byReason = [...Map.groupBy(unread, (token) => token.problem ?? 'no reason given')]
  const shown = byReason.slice(0, NAMED).map(([reason, tokens]) => {
    const which = listSome(tokens, NAMED, label)
    return `? *${plural(tokens.length, 'token')} not read:* ${which}: ${escapeUntrusted(reason, 300)}`
  })
  const left = byReason.slice(NAMED).flatMap(([, tokens]) => tokens).length
  return [...shown, ...(left > 0 ? [`? ${plural(left, 'more token')} not read, for other reasons`] : [])]
}

function nextDueLines(tokens: TokenAge[]): string[] {
  const next = nextDue(tokens)
  if (!next) return []
  const { token, due, daysLeft } = next
  const relative = daysLeft === 0 ? 'today' : `in ${plural(daysLeft, 'day')}`
  return [`Next due: ${label(token)}, ${calendarDay(due)} (${relative})`]
}

/** A short summary, for notifications. */
export function tokenSummary(tokens: TokenAge[]): string {
  const byState = Map.groupBy(tokens, (token) => freshness(token))
  const count = (state: Freshness) => byState.get(state)?.length ?? 0
  const parts = [
    plural(tokens.length, 'token'),
    ...(count('overdue') > 0 ? [`${count('overdue')} overdue`] : []),
    ...(count('unknown') > 0 ? [`${count('unknown')} not read`] : []),
    ...(count('due-soon') > 0 ? [`${count('due-soon')} due soon`] : []),
  ]
  return parts.length === 1 ? `${parts[0]}, none overdue` : parts.join(', ')
}
