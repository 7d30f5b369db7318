import { workflowDispatchEffect } from '#effects/queue'
import { latestRun, type Rotation, type RunKind } from '#rotation/rotation'
import { requestRun as decide } from '#rotation/runs'
import type { Context } from '#src/context'
import { change } from './change.ts'

/**
 * Starts a workflow in the CI.
 *
 * @throws Refusal as the decision `requestRun`
 */
export function requestRun(
  context: Context,
  rotationId: number,
  kind: RunKind,
  by: string,
): Promise<Rotation> {
  const at = context.clock.now()
  return change(
    context,
    rotationId,
    (rotation) => decide(rotation, kind, by, at),
    ({ after }) => [workflowDispatchEffect(rotationId, kind, latestRun(after, kind)?.attempt ?? 1)],
  )
}
