import { type Lane, openLane } from './lane.ts'
import type { Plan } from './plan.ts'
import { type RunResult, runPlan } from './run.ts'
import { tidy } from './tidy.ts'

interface RunOptions {
  /** How many lanes run at the same time. */
  lanes: number
  /** How many bots each of them has. */
  replicas?: number
  report(result: RunResult): void
}

/**
 * Carries plans out, several one after the other with the same bot. Which plans share a bot depends on the plans and the number
 * of lanes alone, except that a bot that failed is not used again.
 */
export async function runPlans(
  plans: Plan[],
  { lanes, replicas = 1, report }: RunOptions,
): Promise<RunResult[]> {
  const results: RunResult[] = []
  const runLane = async (mine: Plan[]) => {
    let lane: Lane | null = null
    let earlier: Plan[] = []
    for (const plan of mine) {
      if (!lane) {
        lane = await openLane({ replicas })
        earlier = []
      }
      const result = { ...(await runPlan(plan, lane)), earlier }
      results.push(result)
      report(result)
      earlier = [...earlier, plan]
      if (result.violations.length > 0 || !(await tidy(lane).catch(() => false))) {
        await lane.close()
        lane = null
      }
    }
    await lane?.close()
  }
  const parts = Array.from({ length: Math.min(lanes, plans.length) }, (_, lane) =>
    plans.filter((_, index) => index % lanes === lane),
  )
  await Promise.all(parts.map(runLane))
  return results
}
