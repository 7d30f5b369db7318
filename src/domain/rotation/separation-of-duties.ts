import { stepOfPhase } from './checks.ts'
import { Refusal } from './refusal.ts'
import { approvals, type Rotation, STEP_OF_RUN } from './rotation.ts'
import type { StepId } from './steps.ts'

/**
 * Separation of duties: nobody signs their own work, and nobody signs twice. An owner or former owner may not sign, nor may
 * whoever worked on a step, nor whoever has already signed for the other role.
 *
 * @throws Refusal `owner-cannot-sign`, `worker-cannot-sign`, `same-person-twice`
 */
export function assertSeparateDuties(rotation: Rotation, by: string): void {
  if ([rotation.ownerId, ...rotation.formerOwners].includes(by)) throw new Refusal('owner-cannot-sign', {})
  const worked = stepsWorkedOn(rotation, by)
  if (worked.length > 0) throw new Refusal('worker-cannot-sign', { steps: worked })
  const other = approvals(rotation).find((each) => each.by === by)
  if (other) throw new Refusal('same-person-twice', { role: other.role })
}

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
