import type { StepId } from '#domain/rotation/steps'
import type { FaultId } from '#sandbox/faults'
import { CALL_FAULTS, type CallFault } from './http-proxy.ts'
import { createRandom, type Random } from './random.ts'
import { SOCKET_FAULTS, type SocketFault } from './socket-proxy.ts'
import { tellStory } from './stories.ts'
import { SYSTEMS, type System } from './systems.ts'

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
  | { kind: 'call'; fault: CallFault; system: System; writes: boolean; skip: number; times: number }
  | { kind: 'socket'; fault: SocketFault }
  | { kind: 'signal'; signal: 'SIGKILL' | 'SIGTERM'; afterMs: number }
  /** Kills the bot right after so many of its transactions. */
  | { kind: 'kill-at-commit'; commits: number }
  | { kind: 'disk-full' | 'second-bot'; acts: number }
  | { kind: 'database-locked'; ms: number }
  /** A switch of the sandbox, on for some acts. */
  | { kind: 'switch'; id: FaultId; acts: number }

export interface PlannedFault {
  before: number
  fault: Fault
}

/** Everything that a run does, made from its seed alone. */
export interface Plan {
  seed: number
  story: string
  acts: Act[]
  faults: PlannedFault[]
}

const MOST_FAULTS = 4

export function makePlan(seed: number): Plan {
  const random = createRandom(seed)
  const { story, acts } = tellStory(random)
  const faults = Array.from({ length: random.whole(1, MOST_FAULTS) }, () => ({
    before: random.whole(0, acts.length - 1),
    fault: makeFault(random),
  })).toSorted((a, b) => a.before - b.before)
  return { seed, story, acts, faults }
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

const MAKERS: [weight: number, make: (random: Random) => Fault][] = [
  [10, makeCallFault],
  [4, (random) => ({ kind: 'socket', fault: random.pick(SOCKET_FAULTS) })],
  [2, (random) => ({ kind: 'signal', signal: 'SIGKILL', afterMs: random.whole(0, 1_500) })],
  [1, (random) => ({ kind: 'signal', signal: 'SIGTERM', afterMs: random.whole(0, 1_500) })],
  [4, (random) => ({ kind: 'kill-at-commit', commits: random.whole(1, 12) })],
  [1, (random) => ({ kind: 'disk-full', acts: random.whole(1, 2) })],
  [1, (random) => ({ kind: 'second-bot', acts: random.whole(2, 5) })],
  [1, (random) => ({ kind: 'database-locked', ms: random.whole(500, 4_000) })],
  [4, (random) => ({ kind: 'switch', id: random.pick(SWITCHES), acts: random.whole(1, 2) })],
]

function makeFault(random: Random): Fault {
  const total = MAKERS.reduce((sum, [weight]) => sum + weight, 0)
  let left = random.next() * total
  for (const [weight, make] of MAKERS) {
    left -= weight
    if (left < 0) return make(random)
  }
  return makeCallFault(random)
}

function makeCallFault(random: Random): Fault {
  const system = random.pick([...SYSTEMS, 'slack', 'github'] as const)
  const fault = random.pick(CALL_FAULTS)
  const isRead = system === 'aws' || system === 'prometheus'
  return {
    kind: 'call',
    fault,
    system,
    writes: !isRead && random.chance(0.8),
    skip: random.whole(0, 2),
    times: fault.startsWith('kill') || fault === 'stop-after' ? 1 : random.whole(1, 3),
  }
}

/** A plan as text: one line a fault or an act. */
export function formatPlan({ seed, story, acts, faults }: Plan): string {
  const lines = acts.flatMap((act, index) => [
    ...faults.filter((each) => each.before === index).map(({ fault }) => `    ! ${describe(fault)}`),
    `  ${String(index).padStart(2)} ${describe(act)}`,
  ])
  return [`seed ${seed}: ${story}`, ...lines].join('\n')
}

const describe = (given: object): string =>
  Object.entries(given)
    .map(([name, value]) => (name === 'do' || name === 'kind' ? String(value) : `${name}=${value}`))
    .join(' ')
