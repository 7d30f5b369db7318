/**
 * How things stand for a health check. `broken`: it was seen not to work. `unknown`: it could not be looked at, which is never
 * taken for fine. `off`: an optional part that nobody set up.
 */
export const CONDITIONS = ['broken', 'unknown', 'off', 'fine'] as const
export type Condition = (typeof CONDITIONS)[number]

/** The same in words that people read. */
export const CONDITION_WORDS: Record<Condition, string> = {
  broken: 'broken',
  unknown: 'unknown',
  off: 'not set up',
  fine: 'fine',
}

/** What a health check found: one thing that was seen, and how to mend it. */
export interface HealthCheckResult {
  condition: Condition
  /** One sentence. */
  saw: string
  /** What to do, a sentence; null when nothing is to be done. */
  remediation: string | null
}

/** a health check as people see it. */
export interface HealthCheckReport {
  id: string
  title: string
  /** Null while it is being looked at. */
  results: HealthCheckResult[] | null
}

export const countOf = (results: readonly HealthCheckReport[], condition: Condition): number =>
  results.flatMap(({ results }) => results ?? []).filter((each) => each.condition === condition).length

/** `2 broken, 1 unknown, 16 fine`: what was found in all, worst first. */
export function conditionWords(results: readonly HealthCheckReport[]): string {
  const counts = CONDITIONS.map((condition) => ({ condition, count: countOf(results, condition) }))
  return counts
    .flatMap(({ condition, count }) => (count > 0 ? `${count} ${CONDITION_WORDS[condition]}` : []))
    .join(', ')
}
