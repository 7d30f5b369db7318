import { assertOpen, type Decision } from './decision.ts'
import { Refusal } from './refusal.ts'
import type { CheckResult, Exception, Rotation } from './rotation.ts'
import { stepOfCheck } from './steps.ts'
import { openSteps } from './turn.ts'

/**
 * Carries a failed or unknown check past with a documented manual step (the runbook's Exception Handling).
 *
 * @param result the check's newest result, if it ever ran
 * @throws Refusal `rotation-closed`, `check-needs-no-exception`, `reason-missing`
 */
export function recordException(
  rotation: Rotation,
  exception: Omit<Exception, 'round'>,
  result: CheckResult | undefined,
): Decision {
  assertOpen(rotation)
  const { check, what, commands, proof, by, at } = exception
  const open = openSteps(rotation).includes(stepOfCheck(check))
  if (!open || !result || result.state === 'passed') throw new Refusal('check-needs-no-exception', { check })
  if (what.trim() === '') throw new Refusal('reason-missing', {})
  const repeated = rotation.exceptions.some(
    (each) => each.check === check && each.round === rotation.round && each.what === what && each.by === by,
  )
  if (repeated) return { rotation, events: [] }
  const data = { check, what, commands, proof: proof.map((each) => each.url ?? each.label) }
  return {
    rotation: { ...rotation, exceptions: [...rotation.exceptions, { ...exception, round: rotation.round }] },
    events: [{ type: 'exception-recorded', rotationId: rotation.id, actor: by, at, data }],
  }
}
