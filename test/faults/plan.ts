import type { StepId } from '#domain/rotation/steps'
import type { FaultId } from '#sandbox/faults'
import { type CallName, callsOf } from './calls.ts'
import { CALL_FAULTS, type CallFault } from './http-proxy.ts'
import type { Restart } from './lane-database.ts'
import { createRandom, type Random } from './random.ts'
import { SOCKET_FAULTS, type SocketFault } from './socket-proxy.ts'
import { tellStory } from './stories.ts'

export const PERSONS = ['operator', 'devopsLead', 'aiOpsOwner', 'bystander'] as const
export type PersonName = (typeof PERSONS)[number]

/** How often a form is sent: `twice` by the same person at once, `again` once more afterwards from the same modal. */
export type Often = 'once' | 'twice'

/** What a person does, or what time does. */
export type Act =
  | { do: 'start'; by: PersonName; environment: string; often: Often }
  | {
      do: 'incident'
      by: PersonName
      environment: string
      severity: string
      supersede: boolean
      often: Often
    }
  | { do: 'complete-step'; by: PersonName; step: StepId; patient: boolean; often: Often }
  | { do: 'start-workflow'; by: PersonName; often: Often }
  | { do: 'sign-off'; by: PersonName; role: 'devops-lead' | 'ai-ops-owner'; often: Often }
  | { do: 'reject' | 'withdraw' | 'abort' | 'hand-off' | 'rollback'; by: PersonName; often: Often }
  | { do: 'ask'; by: PersonName; command: 'help' | 'status' | 'revocations' | 'history' }
  | { do: 'click-old-card'; by: PersonName }
  | { do: 'copies' }
  | { do: 'move-clock'; minutes: number }
  | { do: 'pause'; ms: number }
  | { do: 'retire' }

/** A fault, begun just before an act. */
export type Fault =
  | { kind: 'call'; fault: CallFault; call: CallName; skip: number; times: number }
  | { kind: 'socket'; fault: SocketFault }
  /** Slack closes the connection soon, and says so. */
  | { kind: 'refresh'; reason: 'warning' | 'refresh_requested' }
  | { kind: 'signal'; signal: 'SIGKILL' | 'SIGTERM'; afterMs: number; bot?: number }
  /** Kills the bot right after so many of its transactions. */
  | { kind: 'kill-at-commit'; commits: number }
  | { kind: 'disk-full' | 'second-bot'; acts: number }
  | { kind: 'database-locked'; ms: number }
  /** The clock of a bot's machine jumps. */
  | { kind: 'clock'; minutes: number; acts: number; bot?: number }
  | { kind: 'database-restart'; how: Restart; afterMs: number }
  | { kind: 'database-cut'; bot: number; afterMs: number }
  /** A switch of the sandbox, on for some acts. */
  | { kind: 'switch'; id: FaultId; acts: number }

export interface PlannedFault {
  before: number
  fault: Fault
}

/** Everything that a run does. */
export interface Plan {
  /** Unique among the plans of a lane. */
  name: string
  /** What it was made from; null for one that is made by hand. */
  seed: number | null
  story: string
  acts: Act[]
  faults: PlannedFault[]
}

const MOST_FAULTS = 4

/** A plan that is made from its seed alone. */
export function makePlan(seed: number): Plan {
  const random = createRandom(seed)
  const { story, acts } = tellStory(random)
  const faults = Array.from({ length: random.whole(1, MOST_FAULTS) }, () => {
    const before = random.whole(0, acts.length - 1)
    return { before, fault: makeFault(random, acts[before]) }
  }).toSorted((a, b) => a.before - b.before)
  return { name: `seed ${seed}`, seed, story, acts, faults }
}

const SWITCHES = [
  'slack-rate-limited',
  'slack-server-error',
  'slack-no-ack',
  'slack-history-fails',
  'github-conflict',
  'github-unavailable',
  'secrets-throttled',
  'secrets-unavailable',
  'pager-rate-limited',
  'ticket-unavailable',
  'telemetry-unavailable',
  'workflow-fails',
  'tag-missing',
] as const satisfies FaultId[]

const CLOCK_JUMPS = [-30, -5, -1, 1, 5, 30]

const MAKERS: [weight: number, make: (random: Random) => Fault][] = [
  [4, (random) => ({ kind: 'socket', fault: random.pick(SOCKET_FAULTS) })],
  [1, (random) => ({ kind: 'refresh', reason: random.pick(['warning', 'refresh_requested']) })],
  [1, (random) => ({ kind: 'signal', signal: 'SIGKILL', afterMs: random.whole(0, 1_000) })],
  [1, (random) => ({ kind: 'signal', signal: 'SIGTERM', afterMs: random.whole(0, 1_000) })],
  [3, (random) => ({ kind: 'kill-at-commit', commits: random.whole(1, 6) })],
  [1, (random) => ({ kind: 'disk-full', acts: random.whole(1, 2) })],
  [1, (random) => ({ kind: 'second-bot', acts: random.whole(2, 5) })],
  [1, (random) => ({ kind: 'database-locked', ms: random.whole(500, 4_000) })],
  [1, (random) => ({ kind: 'clock', minutes: random.pick(CLOCK_JUMPS), acts: random.whole(1, 3) })],
  [3, (random) => ({ kind: 'switch', id: random.pick(SWITCHES), acts: random.whole(1, 2) })],
]
/** How many of the faults meet a call, where the act makes any. */
const CALL_CHANCE = 0.5

function makeFault(random: Random, act: Act | undefined): Fault {
  const calls = act ? callsOf(act) : []
  if (calls.length > 0 && random.chance(CALL_CHANCE)) return makeCallFault(random, calls)
  return random.weighed(MAKERS)(random)
}

const ENDS_BOT: readonly CallFault[] = ['kill-before', 'kill-after', 'stop-after']

function makeCallFault(random: Random, calls: readonly CallName[]): Fault {
  const fault = random.pick(CALL_FAULTS)
  const call = random.pick(calls)
  const times = ENDS_BOT.includes(fault) ? 1 : random.whole(1, 2)
  return { kind: 'call', fault, call, skip: 0, times }
}

/** A plan as text: one line a fault or an act. */
export function formatPlan({ name, story, acts, faults }: Plan): string {
  const lines = acts.flatMap((act, index) => [
    ...faults.filter((each) => each.before === index).map(({ fault }) => `    ! ${describe(fault)}`),
    `  ${String(index).padStart(2)} ${describe(act)}`,
  ])
  return [`${name}: ${story}`, ...lines].join('\n')
}

/** A fault or an act in one line. */
export const describe = (given: object): string =>
  Object.entries(given)
    .map(([name, value]) => (name === 'do' || name === 'kind' ? String(value) : `${name}=${value}`))
    .join(' ')
