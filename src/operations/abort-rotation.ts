import { logEntryEffect } from '#effects/queue'
import { abortRotation as decide } from '#rotation/abort-rotation'
import type { Rotation } from '#rotation/rotation'
import { logEntry } from '#rotation/rotation-log'
import type { Context } from '#src/context'
import { change } from './change.ts'

/**
 * Aborts a rotation, with a log entry.
 *
 * @throws Refusal as the decision `abortRotation`
 */
export function abortRotation(
  context: Context,
  rotationId: number,
  by: string,
  reason: string,
): Promise<Rotation> {
  const at = context.clock.now()
  return change(
    context,
    rotationId,
    (rotation) => decide(rotation, by, at, reason),
    ({ after, head, names }) => [logEntryEffect(after.id, logEntry(after, 'aborted', at, head, names))],
  )
}
