import { findEscalation } from '#db/queries/escalations'
import { insertJobs } from '#db/queries/outbox-jobs'
import type { Db, ReadDb } from '#db/schema'
import { type Escalation, isOpenEscalation } from '#domain/on-call/escalation'
import type { NewJob } from '#domain/ports/outbox-job'
import type { NewEvent } from '#domain/rotation/events'
import { Refusal } from '#domain/rotation/refusal'
import type { Context } from '#src/context'
import { change } from './change.ts'
import { acknowledgeEscalation, resolveEscalation } from './escalation-jobs.ts'
import { transact } from './interaction.ts'

/**
 * Acknowledges an escalation.
 *
 * @param given `by` is a Slack user id, or the name that the pager knows
 * @throws Refusal `unknown-escalation`, `escalation-already-resolved`, `already-acknowledged`
 */
export function acknowledge(
  context: Context,
  id: number,
  given: { by: string; via: 'slack' | 'pager' },
): Promise<void> {
  return answer(context, id, {
    check({ acknowledgedBy: by, acknowledgedAt: at }) {
      if (by === null || at === null) return true
      if (by === given.by || given.via === 'pager') return false
      throw new Refusal('already-acknowledged', { by, at })
    },
    event: ({ cause }) => ({
      type: 'escalation-acknowledged',
      actor: given.by,
      data: { escalation: id, cause, ...given },
    }),
    withoutRotation: (tx, at) => acknowledgeEscalation(tx, { id, ...given }, at),
  })
}

/**
 * Resolves an escalation that only a person can resolve.
 *
 * @throws Refusal `unknown-escalation`, `escalation-already-resolved`
 */
export function standDown(
  context: Context,
  id: number,
  given: { by: string; reason: string },
): Promise<void> {
  return answer(context, id, {
    check: () => true,
    event: ({ cause }) => ({
      type: 'escalation-resolved',
      actor: given.by,
      data: { escalation: id, cause, reason: given.reason },
    }),
    withoutRotation: (tx, at) => resolveEscalation(tx, { id, reason: given.reason }, at),
  })
}

interface Answer {
  /** Whether the escalation can still be answered. */
  check(escalation: Escalation): boolean
  event(
    escalation: Escalation,
  ): Pick<Extract<NewEvent, { type: `escalation-${string}` }>, 'type' | 'actor' | 'data'>
  /** Without a rotation there is no history to append to. */
  withoutRotation(tx: Db, at: string): Promise<NewJob[]>
}

async function answer(context: Context, id: number, given: Answer): Promise<void> {
  const at = context.clock.now()
  const read = async (db: ReadDb): Promise<Escalation> => {
    const escalation = await findEscalation(db, id)
    if (!escalation) throw new Refusal('unknown-escalation', {})
    if (!isOpenEscalation(escalation))
      throw new Refusal('escalation-already-resolved', { at: escalation.resolvedAt ?? at })
    return escalation
  }
  const { rotationId } = await read(context.db)
  if (rotationId === null) {
    await transact(context, async (tx) => {
      if (given.check(await read(tx))) await insertJobs(tx, await given.withoutRotation(tx, at), at)
    })
    context.outbox.wake()
    return
  }
  await change(context, rotationId, async (rotation, db) => {
    const escalation = await read(db)
    if (!given.check(escalation)) return { rotation, events: [] }
    const event = { ...given.event(escalation), rotationId, at } as NewEvent
    return { rotation: { ...rotation }, events: [event] }
  })
}
