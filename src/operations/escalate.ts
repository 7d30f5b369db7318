import { findRotationEvents } from '#db/queries/events'
import type { Db } from '#db/schema'
import { threadMessageEffect } from '#effects/queue'
import { assertOpen, unchanged } from '#rotation/decision'
import type { Instant, Rotation } from '#rotation/rotation'
import type { Context } from '#src/context'
import { describeRotation } from '#src/load-state'
import { escalation } from '#views/escalation'
import { MESSAGE_TYPES } from '#views/ids'
import { change } from './change.ts'

const ONCE_WITHIN_MS = 60_000

/** A second click within a minute, or one that Slack delivered twice, rings nobody again. */
async function justEscalated(tx: Db, rotationId: number, by: string, at: Instant): Promise<boolean> {
  const events = await findRotationEvents(tx, rotationId)
  const last = events.findLast((event) => event.type === 'escalated' && event.actor === by)
  return last !== undefined && Date.parse(at) - Date.parse(last.at) < ONCE_WITHIN_MS
}

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
    async (rotation, tx) => {
      assertOpen(rotation)
      if (await justEscalated(tx, rotationId, by, at)) return unchanged(rotation)
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
