import {
  findEscalation,
  insertEscalation,
  type NewEscalation,
  setAcknowledged,
  setResolved,
} from '#db/queries/escalations'
import type { Db } from '#db/schema'
import type { Escalation } from '#domain/on-call/escalation'
import type { NewJob } from '#domain/ports/outbox-job'
import type { RotationEvent } from '#domain/rotation/events'
import type { Instant, Rotation } from '#domain/rotation/rotation'
import { escalationEditJob, escalationJob, pageJob } from '#outbox/queue'

/** Calls on-call: the row, the page and the message; nothing when this occurrence is known already. */
export async function openEscalation(tx: Db, wanted: NewEscalation): Promise<NewJob[]> {
  const escalation = await insertEscalation(tx, wanted)
  return escalation ? [escalationJob(escalation), ...paged(escalation, 'trigger')] : []
}

/** Acknowledges an escalation; nothing when it is acknowledged already. */
export async function acknowledgeEscalation(
  tx: Db,
  { id, by, via }: { id: number; by: string; via: 'slack' | 'pager' },
  at: Instant,
): Promise<NewJob[]> {
  if (!(await setAcknowledged(tx, id, at, by))) return []
  const escalation = await reread(tx, id)
  // What came from the pager need not be sent to it.
  const pages = via === 'slack' ? paged(escalation, 'acknowledge') : []
  return [escalationEditJob(escalation, 'acknowledged'), ...pages]
}

/** Resolves an escalation; nothing when it is resolved already. */
export async function resolveEscalation(
  tx: Db,
  { id, reason }: { id: number; reason: string },
  at: Instant,
): Promise<NewJob[]> {
  if (!(await setResolved(tx, id, at, reason))) return []
  const escalation = await reread(tx, id)
  return [escalationEditJob(escalation, 'resolved'), ...paged(escalation, 'resolve')]
}

/** The escalations and jobs that follow from the events of a change, in the change's own transaction. */
export async function escalationJobs(tx: Db, rotation: Rotation, events: RotationEvent[]): Promise<NewJob[]> {
  const jobs: NewJob[] = []
  for (const event of events) {
    const { type, at, actor, data } = event
    if (type === 'escalated') {
      const { reason, cause = 'requested', occurrence = `event:${event.count}`, severity = 'P1' } = data
      const common = {
        rotationId: rotation.id,
        cause,
        occurrence,
        severity,
        reason,
        notifies: data.notifies ?? true,
      }
      jobs.push(...(await openEscalation(tx, { ...common, openedBy: actor, openedAt: at })))
    } else if (type === 'escalation-acknowledged')
      jobs.push(...(await acknowledgeEscalation(tx, { ...data, id: data.escalation }, at)))
    else if (type === 'escalation-resolved')
      jobs.push(...(await resolveEscalation(tx, { ...data, id: data.escalation }, at)))
  }
  return jobs
}

const paged = (escalation: Escalation, action: 'trigger' | 'acknowledge' | 'resolve'): NewJob[] =>
  escalation.notifies ? [pageJob(escalation, action)] : []

async function reread(tx: Db, id: number): Promise<Escalation> {
  const escalation = await findEscalation(tx, id)
  if (!escalation) throw new TypeError(`no escalation ${id}`)
  return escalation
}
