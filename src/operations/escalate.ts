import { threadMessageEffect } from '#effects/queue'
import { assertOpen } from '#rotation/decision'
import type { Rotation } from '#rotation/rotation'
import type { Context } from '#src/context'
import { describeRotation } from '#src/load-state'
import { escalation } from '#views/escalation'
import { MESSAGE_TYPES } from '#views/ids'
import { change } from './change.ts'

/**
 * Calls DevOps on-call into the rotation's thread, at severity P1.
 *
 * @throws Refusal `rotation-closed`
 */
export function escalate(
  context: Context,
  rotationId: number,
  by: string,
  reason: string,
): Promise<Rotation> {
  const at = context.clock.now()
  return change(
    context,
    rotationId,
    (rotation) => {
      assertOpen(rotation)
      return {
        rotation: { ...rotation },
        events: [{ type: 'escalated', rotationId, actor: by, at, data: { reason } }],
      }
    },
    async ({ after, head, names }, tx) => {
      const state = await describeRotation(context, tx, after)
      const onCall = context.config.people['on-call']
      const message = escalation(state, { oncall: onCall ? [onCall] : [], by, reason }, names, at)
      const eventType = MESSAGE_TYPES.escalation
      return [
        threadMessageEffect(rotationId, `escalation:${head.count}`, {
          ...message,
          eventType,
          broadcast: true,
        }),
      ]
    },
  )
}
