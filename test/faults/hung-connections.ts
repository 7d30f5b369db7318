import { type Lane, openLane } from './lane.ts'
import type { Act, Fault, Plan } from './plan.ts'
import { say } from './report.ts'
import { type RunResult, runPlan } from './run.ts'
import { tidy } from './tidy.ts'

/** Each way in which a connection can stop to deliver, from its opening on. */
const WAYS: Record<string, Fault[]> = {
  'apps.connections.open is not answered': [
    { kind: 'call', fault: 'ignored', call: 'open-connection', skip: 0, times: 1 },
    { kind: 'socket', fault: 'cut' },
  ],
  'the upgrade is not answered': [{ kind: 'socket', fault: 'no-upgrade' }],
  'Slack never says hello': [{ kind: 'socket', fault: 'no-hello' }],
  'nothing passes in either direction': [{ kind: 'socket', fault: 'half-open' }],
  'nothing comes from Slack': [{ kind: 'socket', fault: 'silent' }],
  'the connection is cut': [{ kind: 'socket', fault: 'cut' }],
  'Slack warns that it closes the connection': [{ kind: 'refresh', reason: 'warning' }],
  'Slack asks for another connection': [{ kind: 'refresh', reason: 'refresh_requested' }],
}

const ACTS: Act[] = [
  { do: 'start', by: 'operator', environment: 'sandbox', often: 'once' },
  { do: 'pause', ms: 1_000 },
]

const planOf = ([name, faults]: [string, Fault[]]): Plan => ({
  name,
  seed: null,
  story: 'connection',
  acts: ACTS,
  faults: faults.map((fault) => ({ before: 1, fault })),
})

/** Lets the connection hang in each way, and looks whether the bot comes back. @returns the exit code */
export async function hangConnections({ report }: { report: (result: RunResult) => void }): Promise<number> {
  let failed = 0
  let lane: Lane | null = null
  for (const plan of Object.entries(WAYS).map(planOf)) {
    lane ??= await openLane()
    const result: RunResult = await runPlan(plan, lane)
    report(result)
    if (result.answeredAfterMs !== null)
      say(`  answered ${(result.answeredAfterMs / 1_000).toFixed(1)} s after it was healed`)
    if (result.violations.length > 0) failed += 1
    if (result.violations.length > 0 || !(await tidy(lane))) {
      await lane.close()
      lane = null
    }
  }
  await lane?.close()
  return failed > 0 ? 1 : 0
}
