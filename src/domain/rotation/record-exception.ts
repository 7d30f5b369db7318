import { assertNotClosed, type Decision } from './decision.ts'
import { Refusal } from './refusal.ts'
import type { CheckResult, Exception, Rotation } from './rotation.ts'
import { isPhaseOpen } from './turn.ts'

/**
 * Overrides a failed or unknown check with a documented manual step (the runbook's Exception Handling).
 * @param result the check's newest result, if it ever ran
 * @throws Refusal `rotation-closed`, `check-needs-no-exception`, `reason-missing`
 */
export function recordException(
  rotation: Rotation,
  exception: Omit<Exception, 'step' | 'title' | 'round'>,
  result: CheckResult | undefined,
): Decision {
  assertNotClosed(rotation)
  const { check, what, commands, proof, by, at, doneAt } = exception
  if (!result || result.state === 'passed' || !isPhaseOpen(rotation, result.step))
    throw new Refusal('check-needs-no-exception', { title: result?.title ?? null })
  if (what.trim() === '') throw new Refusal('reason-missing', {})
  const repeated = rotation.exceptions.some(
    (each) => each.check === check && each.round === rotation.round && each.what === what && each.by === by,
  )
  if (repeated) return { rotation, events: [] }
  const { step, title } = result
  const links = proof.map((each) => each.url ?? each.label)
  const data = { check, title, what, commands, proof: links, ...(doneAt && { doneAt }) }
  return {
    rotation: {
      ...rotation,
      exceptions: [...rotation.exceptions, { ...exception, step, title, round: rotation.round }],
    },
    events: [{ type: 'exception-recorded', rotationId: rotation.id, actor: by, at, data }],
  }
}
