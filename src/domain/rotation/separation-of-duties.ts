import { stepOfPhase } from './checks.ts'
import { Refusal, type Refusals } from './refusal.ts'
import { approvals, type Rotation, STEP_OF_RUN } from './rotation.ts'
import type { StepId } from './steps.ts'
import type { WorkType } from './work-types.ts'

/**
 * Separation of duties: nobody signs their own work, and nobody signs twice. An owner or former owner may not sign, nor may
 * whoever changed the rotation, nor whoever has signed for the other role, also by a delegate. A delegate is bound by what binds
 * them and by what binds the person they sign for.
 *
 * @param delegateOf on whose behalf; null when the person holds the role
 * @throws Refusal `owner-cannot-sign`, `worker-cannot-sign`, `same-person-twice`, `holder-cannot-sign`
 */
export function assertSeparateDuties(rotation: Rotation, by: string, delegateOf: string | null = null): void {
  const own = obstacleOf(rotation, by)
  if (own) throw own
  const holders = delegateOf === null ? null : obstacleOf(rotation, delegateOf)
  if (delegateOf !== null && holders)
    throw new Refusal('holder-cannot-sign', { holder: delegateOf, why: HOLDER_REASONS[holders.code] })
}

/** Whether this person may not sign the rotation, whatever role they have. */
export const isBound = (rotation: Rotation, by: string): boolean => obstacleOf(rotation, by) !== null

/** Whether this person owns or owned the rotation, or worked on it. */
export const hasWorkedOn = (rotation: Rotation, by: string): boolean => {
  const code = obstacleOf(rotation, by)?.code
  return code === 'owner-cannot-sign' || code === 'worker-cannot-sign'
}

type Obstacle = 'owner-cannot-sign' | 'worker-cannot-sign' | 'same-person-twice'

const HOLDER_REASONS: Record<Obstacle, Refusals['holder-cannot-sign']['why']> = {
  'owner-cannot-sign': 'owner',
  'worker-cannot-sign': 'worker',
  'same-person-twice': 'signed',
}

function obstacleOf(rotation: Rotation, by: string): Refusal<Obstacle> | null {
  if ([rotation.ownerId, ...rotation.formerOwners].includes(by)) return new Refusal('owner-cannot-sign', {})
  const steps = stepsWorkedOn(rotation, by)
  const did = workOf(rotation, by)
  if (steps.length + did.length > 0) return new Refusal('worker-cannot-sign', { steps, did })
  const other = approvals(rotation).find((each) => each.by === by || each.delegateOf === by)
  return other ? new Refusal('same-person-twice', { role: other.role }) : null
}

/** What a person did to the rotation. */
const workOf = ({ work }: Rotation, by: string): WorkType[] =>
  work.filter((each) => each.by === by).map((each) => each.did)

/** The steps that a person completed, started a run for, asked to deploy early or to roll back, or recorded an exception in. */
function stepsWorkedOn(rotation: Rotation, by: string): StepId[] {
  const completed = rotation.steps
    .filter((step) => step.completion?.by === by || step.earlier.includes(by))
    .map((step) => step.id)
  const ran = rotation.runs
    .filter((run) => run.requestedBy === by)
    .flatMap((run) => STEP_OF_RUN[run.kind] ?? [])
  const isDeployer =
    rotation.breakGlass?.requestedBy === by || rotation.tokens.some(({ rollback }) => rollback?.by === by)
  const deployed = isDeployer ? (['integration-verification'] as const) : []
  const excepted = rotation.exceptions.filter((each) => each.by === by).map((each) => stepOfPhase(each.step))
  return [...new Set([...completed, ...ran, ...deployed, ...excepted])]
}
