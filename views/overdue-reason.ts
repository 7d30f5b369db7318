import type { OverdueGroup } from '#domain/tokens/due-day'
import { compareTokens, type TokenName, tokenLabel } from '#domain/tokens/scope'
import { escapeUntrusted, list, plural } from './text.ts'

const NAMED = 9

/** `2 tokens were due on 2026-11-20 and are not rotated: …`: the reason of an escalation, which the pager shows, too. */
export function overdueReason({ day, tokens }: OverdueGroup<TokenName>): string {
  const named = tokens.toSorted(compareTokens).map((token) => escapeUntrusted(tokenLabel(token), 180))
  const one = tokens.length === 1
  return `${plural(tokens.length, 'token')} ${one ? 'was' : 'were'} due on ${day} and ${one ? 'is' : 'are'} not rotated: ${list(named, NAMED)}.`
}
