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
import { escalationEditJob, escalationJob, pageJob } from '#outbox/queue/on-call-jobs'

/** Opens an escalation with its page and message; does nothing for a known occurrence. */
export async function openEscalation(tx: Db, wanted: NewEscalation): Promise<NewJob[]> {
  const escalation = await insertEscalation(tx, wanted)
  return escalation ? [escalationJob(escalation), ...paged(escalation, 'trigger')] : []
}

/** Acknowledges an escalation; does nothing if it already is. */
export async function acknowledgeEscalation(
  tx: Db,
  { id, by, via }: { id: number; by: string; via: 'slack' | 'pager' },
  at: Instant,
): Promise<NewJob[]> {
  if (!(await setAcknowledged(tx, id, at, by))) return []
  const escalation = await reread(tx, id)
  // The pager already knows what it reported.
  const jobs = via === 'slack' ? paged(escalation, 'acknowledge') : []
  return [escalationEditJob(escalation, 'acknowledged'), ...jobs]
}

/** Resolves an escalation; does nothing if it already is. */
export async function resolveEscalation(
  tx: Db,
  { id, reason }: { id: number; reason: string },
  at: Instant,
): Promise<NewJob[]> {
  if (!(await setResolved(tx, id, at, reason))) return []
  const escalation = await reread(tx, id)
  return [escalationEditJob(escalation, 'resolved'), ...paged(escalation, 'resolve')]
}

/** Applies the events of a change to escalations, in the change's transaction. */
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
