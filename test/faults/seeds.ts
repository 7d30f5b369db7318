import { type Lane, openLane } from './lane.ts'
import type { Plan } from './plan.ts'
import { type RunResult, runPlan } from './run.ts'
import { tidy } from './tidy.ts'

interface SeedOptions {
  /** How many bots run at the same time. */
  lanes: number
  makePlan(seed: number): Plan
  report(result: RunResult): void
  /** Nothing more begins after a result of which this is true. */
  stopAt?(result: RunResult): boolean
}

/**
 * Runs seeds, several one after the other with the same bot. Which seeds share a bot depends on the seeds and the number of
 * lanes alone, except that a bot that failed is not used again.
 */
export async function runSeeds(seeds: number[], options: SeedOptions): Promise<RunResult[]> {
  const results: RunResult[] = []
  let hasStopped = false
  const runLane = async (mine: number[]) => {
    let lane: Lane | null = null
    let earlier: number[] = []
    for (const seed of mine) {
      if (hasStopped) break
      if (!lane) {
        lane = await openLane()
        earlier = []
      }
      const result = { ...(await runPlan(options.makePlan(seed), lane)), earlier }
      results.push(result)
      options.report(result)
      hasStopped ||= options.stopAt?.(result) === true
      earlier = [...earlier, seed]
      if (result.violations.length > 0 || !(await tidy(lane).catch(() => false))) {
        await lane.close()
        lane = null
      }
    }
    await lane?.close()
  }
  const parts = Array.from({ length: Math.min(options.lanes, seeds.length) }, (_, lane) =>
    seeds.filter((_, index) => index % options.lanes === lane),
  )
  await Promise.all(parts.map(runLane))
  return results
}
