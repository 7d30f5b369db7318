import { environmentsOf } from '#domain/tokens/scope'
import { type Freshness, freshness, type TokenAge } from '#domain/tokens/token-age'
import { tokenSummary } from '../token-lines.ts'
import { ageBars } from './age-bars.ts'
import { ageCounts } from './age-counts.ts'
import type { Picture } from './picture.ts'

/** Above these numbers the picture shows counts instead of one bar per token. */
const MOST_BARS = 24
const MOST_GROUPS = 8

const URGENT: Freshness[] = ['overdue', 'due-soon']

/** Token ages against their cadence, by environment; null while nothing is due or overdue. */
export function tokenAgesPicture(tokens: TokenAge[]): Picture | null {
  if (!tokens.some((token) => URGENT.includes(freshness(token)))) return null
  const few = tokens.length <= MOST_BARS && environmentsOf(tokens).length <= MOST_GROUPS
  return {
    name: 'token-ages',
    title: 'Token ages',
    alt: `Token ages against their cadence: ${tokenSummary(tokens)}.${oldest(tokens)}`,
    svg: few ? ageBars(tokens) : ageCounts(tokens),
  }
}

/** Without names: alt text has no markup, and the table beside the picture names them. */
function oldest(tokens: TokenAge[]): string {
  const ages = tokens.flatMap((token) => token.ageDays ?? [])
  if (ages.length === 0) return ''
  const overdue = tokens.filter((token) => freshness(token) === 'overdue').length
  return ` The oldest is ${Math.max(...ages)} days old; ${overdue === 0 ? 'none is' : `${overdue} of ${tokens.length} ${overdue === 1 ? 'is' : 'are'}`} past the line.`
}
