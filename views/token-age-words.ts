import { freshness, type TokenAge } from '#domain/tokens/token-age'

/**
 * A token's due date and age: `7 d overdue (age 37 d)`, `due in 3 d (age 27 d)`, `age 12 d`. The age is never alone beside
 * “overdue”, because it would be read as the number of days overdue.
 */
export function tokenAgeWords(token: TokenAge): string {
  const { ageDays, cadenceDays } = token
  if (ageDays === null) return 'not read'
  const left = cadenceDays - ageDays
  const age = `age ${ageDays} d`
  const state = freshness(token)
  if (state === 'overdue') return `${-left} d overdue (${age})`
  if (state === 'due-soon') return `${left === 0 ? 'due today' : `due in ${left} d`} (${age})`
  return age
}
