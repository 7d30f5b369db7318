import type { Decision } from './decision.ts'
import { BOT_ACTOR } from './events.ts'
import { approvals, type Instant } from './rotation.ts'
import { signOffDigest } from './sign-off-digest.ts'

/**
 * All signatures of a round are on one and the same content. Where a change makes what was signed outdated, the signatures are
 * void and a new round begins. After both signatures nothing changes what was signed.
 */
export function keepOneDigest({ rotation, events }: Decision, at: Instant): Decision {
  const signed = approvals(rotation)
  if (rotation.status !== 'open' || signed.length === 0) return { rotation, events }
  const digest = signOffDigest(rotation)
  if (signed.every((each) => each.digest === digest)) return { rotation, events }
  return {
    rotation: { ...rotation, round: rotation.round + 1 },
    events: [
      ...events,
      {
        type: 'approval-void',
        rotationId: rotation.id,
        actor: BOT_ACTOR,
        at,
        data: { reason: 'what was signed has changed since', reopened: [] },
      },
    ],
  }
}
