/**
 * How an examined thing stands. `broken`: it was seen not to work. `unknown`: it could not be looked at, which is never
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

/** What an examination found: one thing that was seen, and how to mend it. */
export interface Finding {
  condition: Condition
  /** One sentence. */
  saw: string
  /** What to do, a sentence; null when nothing is to be done. */
  mend: string | null
}

/** An examination as people see it. */
export interface Examined {
  id: string
  title: string
  /** Null while it is being looked at. */
  findings: Finding[] | null
}

export const countOf = (examined: readonly Examined[], condition: Condition): number =>
  examined.flatMap(({ findings }) => findings ?? []).filter((each) => each.condition === condition).length

/** `2 broken, 1 unknown, 16 fine`: what was found in all, worst first. */
export function conditionWords(examined: readonly Examined[]): string {
  const counts = CONDITIONS.map((condition) => ({ condition, count: countOf(examined, condition) }))
  return counts
    .flatMap(({ condition, count }) => (count > 0 ? `${count} ${CONDITION_WORDS[condition]}` : []))
    .join(', ')
}
