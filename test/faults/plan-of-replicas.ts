import { RESTARTS } from './lane-database.ts'
import type { Fault, Plan, PlannedFault } from './plan.ts'
import { createRandom, type Random } from './random.ts'

const MOST_MORE = 3
const SOON_MS = 3_000

const MAKERS: [weight: number, make: (random: Random, bot: number) => Fault][] = [
  [5, (random, bot) => ({ kind: 'signal', signal: 'SIGKILL', afterMs: random.whole(0, SOON_MS), bot })],
  [1, (random, bot) => ({ kind: 'signal', signal: 'SIGTERM', afterMs: random.whole(0, SOON_MS), bot })],
  [2, (random) => ({ kind: 'kill-at-commit', commits: random.whole(1, 12) })],
  [
    2,
    (random) => ({ kind: 'database-restart', how: random.pick(RESTARTS), afterMs: random.whole(0, SOON_MS) }),
  ],
  [1, (random, bot) => ({ kind: 'database-cut', afterMs: random.whole(0, SOON_MS), bot })],
]

/** The plan of one bot for several on one PostgreSQL: any of them may be killed, and the server restarted. */
export function forReplicas(plan: Plan, replicas: number): Plan {
  const random = createRandom((plan.seed ?? 0) ^ 0x5eed)
  const anyBot = () => random.whole(0, replicas - 1)
  const more = Array.from({ length: random.whole(1, MOST_MORE) }, () => ({
    before: random.whole(0, plan.acts.length - 1),
    fault: random.weighed(MAKERS)(random, anyBot()),
  }))
  const given = plan.faults.map((each) => ({ ...each, fault: onAnyBot(each.fault, anyBot, random) }))
  const faults: PlannedFault[] = [...given, ...more].toSorted((a, b) => a.before - b.before)
  return { ...plan, faults }
}

function onAnyBot(fault: Fault, anyBot: () => number, random: Random): Fault {
  if (fault.kind === 'signal' || fault.kind === 'clock') return { ...fault, bot: anyBot() }
  // The disk is the server's.
  if (fault.kind === 'disk-full') return { kind: 'database-restart', how: random.pick(RESTARTS), afterMs: 0 }
  return fault
}
