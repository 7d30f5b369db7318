/** `unknown`: could not be read, never counted as fine. `off`: an optional part that is not set up. */
export const CONDITIONS = ['broken', 'unknown', 'off', 'fine'] as const
export type Condition = (typeof CONDITIONS)[number]

export const CONDITION_LABELS: Record<Condition, string> = {
  broken: 'broken',
  unknown: 'unknown',
  off: 'not set up',
  fine: 'fine',
}

export interface HealthCheckResult {
  condition: Condition
  sentence: string
  remediation: string | null
  /** Set where something could not be read, which should pass; other unknown results last by their nature. */
  unread?: true
  /** What a broken result is about, where its sentence changes while it is the same problem. */
  subject?: string
}

export interface HealthCheckReport {
  id: string
  title: string
  results: HealthCheckResult[] | null
}

export const countOf = (results: readonly HealthCheckReport[], condition: Condition): number =>
  results.flatMap(({ results }) => results ?? []).filter((each) => each.condition === condition).length

/** `2 broken, 1 unknown, 16 fine`: the totals, worst first. */
export function summarizeConditions(results: readonly HealthCheckReport[]): string {
  const counts = CONDITIONS.map((condition) => ({ condition, count: countOf(results, condition) }))
  return counts
    .flatMap(({ condition, count }) => (count > 0 ? `${count} ${CONDITION_LABELS[condition]}` : []))
    .join(', ')
}
