import type { Instant } from './rotation.ts'

interface StoredResult {
  id: number
  checkId: string
  finishedAt: Instant
}

/**
 * The results of a closed rotation that its record rests on: of each check the newest at each time at which something was
 * decided, and the newest of all.
 *
 * @param results by id
 */
export function resultsToKeep(results: readonly StoredResult[], decided: readonly Instant[]): Set<number> {
  const kept = new Set<number>()
  for (const runs of Map.groupBy(results, (result) => result.checkId).values())
    for (const at of [...decided, null]) {
      const newest = runs.findLast((result) => at === null || result.finishedAt <= at)
      if (newest) kept.add(newest.id)
    }
  return kept
}
