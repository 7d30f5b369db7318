import type { JobKind, JobPayloads } from '#domain/ports/outbox-job'
import type { RotateRequest } from '#domain/rotation/managed-rotation'
import type { Instant } from '#domain/rotation/rotation'
import type { LogEntry } from '#domain/rotation/rotation-log'
import { groupByRotation } from '../group-by-rotation.ts'
import type { ReadDb } from '../schema.ts'

/** A job's result; undefined until it is done. */
export async function findJobResult(db: ReadDb, key: string): Promise<unknown> {
  const row = await db
    .selectFrom('outboxJobs')
    .select('resultJson')
    .where('key', '=', key)
    .where('state', '=', 'done')
    .executeTakeFirst()
  return row?.resultJson ? JSON.parse(row.resultJson) : undefined
}

/** How far a job's request to another system got. */
export interface JobSent {
  /** When it was sent; null where that is not known or it certainly was not. */
  at: Instant | null
  /** Whether it waits for its first attempt or for the end of a rate limit. */
  waiting: boolean
  result: unknown
}

/** How far a job got; undefined when there is no such job. */
export async function findJobSent(db: ReadDb, key: string): Promise<JobSent | undefined> {
  const row = await db
    .selectFrom('outboxJobs')
    .select(['state', 'sentAt', 'problem', 'limitedUntil', 'resultJson'])
    .where('key', '=', key)
    .executeTakeFirst()
  if (!row) return undefined
  const { state, sentAt, problem, limitedUntil, resultJson } = row
  return {
    at: sentAt,
    waiting: state !== 'done' && sentAt === null && (problem === null || limitedUntil !== null),
    result: JSON.parse(resultJson ?? 'null'),
  }
}

/** How often a job was tried; 0 when there is no such job. */
export async function findJobAttempts(db: ReadDb, key: string): Promise<number> {
  const row = await db.selectFrom('outboxJobs').select('attempts').where('key', '=', key).executeTakeFirst()
  return row?.attempts ?? 0
}

/** Why a job's last attempt failed; null when it did not. */
export async function findJobProblem(db: ReadDb, key: string): Promise<string | null> {
  const row = await db.selectFrom('outboxJobs').select('problem').where('key', '=', key).executeTakeFirst()
  return row?.problem ?? null
}

/** The jobs of a rotation that its card shows. */
export interface Deliveries {
  /** Unfinished jobs that failed at least once. */
  undelivered: { kind: JobKind; problem: string; limitedUntil: Instant | null; attempts: number }[]
  /** Address of the rotation log, once an entry of this rotation is committed. */
  logUrl: string | null
  /** Address of the first comment on the ticket. */
  ticketUrl: string | null
}

/** Failed deliveries and the committed log entry of several rotations. */
export async function findDeliveries(
  db: ReadDb,
  rotationIds: number[],
): Promise<(rotationId: number) => Deliveries> {
  const logEntry: JobKind = 'log-entry'
  const comment: JobKind = 'ticket-comment'
  const card: JobKind = 'card'
  const rows = await db
    .selectFrom('outboxJobs')
    .select(['rotationId', 'kind', 'state', 'problem', 'limitedUntil', 'attempts', 'resultJson'])
    .where('rotationId', 'in', rotationIds)
    .where((eb) =>
      eb.or([
        // The card cannot show that it is late itself: nothing would draw it again.
        eb.and([eb('doneAt', 'is', null), eb('problem', 'is not', null), eb('kind', '!=', card)]),
        eb.and([eb('state', '=', 'done'), eb('kind', 'in', [logEntry, comment])]),
      ]),
    )
    .orderBy('id')
    .execute()
  const grouped = groupByRotation(rows)
  return (rotationId) => {
    const resultOf = (kind: JobKind) =>
      grouped(rotationId).find((row) => row.state === 'done' && row.kind === kind)?.resultJson ?? '{}'
    const { fileUrl }: { fileUrl?: string } = JSON.parse(resultOf(logEntry))
    const { url }: { url?: string } = JSON.parse(resultOf(comment))
    return {
      undelivered: grouped(rotationId)
        .filter((row) => row.state !== 'done')
        .map(({ kind, problem, limitedUntil, attempts }) => ({
          kind: kind as JobKind,
          problem: problem ?? '',
          limitedUntil,
          attempts,
        })),
      logUrl: fileUrl || null,
      ticketUrl: url || null,
    }
  }
}

/** The newest job of a kind, of any rotation, with its result or why it is not done. */
export async function findNewestOfKind(
  db: ReadDb,
  kind: JobKind,
): Promise<{ rotationId: number; done: boolean; problem: string | null; result: unknown } | null> {
  const row = await db
    .selectFrom('outboxJobs')
    .select(['rotationId', 'state', 'problem', 'resultJson'])
    .where('kind', '=', kind)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!row || row.rotationId === null) return null
  const { rotationId, state, problem, resultJson } = row
  return { rotationId, done: state === 'done', problem, result: JSON.parse(resultJson ?? 'null') }
}

/** Whether a job of this kind is unfinished. */
export async function hasUnfinished(db: ReadDb, kind: JobKind): Promise<boolean> {
  const row = await db
    .selectFrom('outboxJobs')
    .select('id')
    .where('kind', '=', kind)
    .where('doneAt', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** The key of a rotation's newest job of a kind, done or not. */
export async function findNewestJobKey(
  db: ReadDb,
  rotationId: number,
  kind: JobKind,
): Promise<string | null> {
  const row = await db
    .selectFrom('outboxJobs')
    .select('key')
    .where('rotationId', '=', rotationId)
    .where('kind', '=', kind)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.key ?? null
}

/** All log entries of a rotation, oldest first, committed or not. */
export async function findPendingEntries(db: ReadDb, rotationId: number): Promise<LogEntry[]> {
  const kind: JobKind = 'log-entry'
  const rows = await db
    .selectFrom('outboxJobs')
    .select('payloadJson')
    .where('rotationId', '=', rotationId)
    .where('kind', '=', kind)
    .orderBy('id')
    .execute()
  return rows.map((row): LogEntry => JSON.parse(row.payloadJson))
}

/** The requests to the secrets manager in one attempt of a rotation, and their answers. */
export async function findRotateRequests(
  db: ReadDb,
  rotationId: number,
  attempt: number,
): Promise<RotateRequest[]> {
  const kind: JobKind = 'secret-rotation'
  const rows = await db
    .selectFrom('outboxJobs')
    .select(['payloadJson', 'state', 'resultJson'])
    .where('rotationId', '=', rotationId)
    .where('kind', '=', kind)
    .orderBy('id')
    .execute()
  return rows.flatMap(({ payloadJson, state, resultJson }) => {
    const payload: JobPayloads['secret-rotation'] = JSON.parse(payloadJson)
    const { refused = null }: { refused?: string | null } = JSON.parse(resultJson ?? '{}')
    const { secret, versionId } = payload
    if (payload.attempt !== attempt) return []
    return [{ secret, versionId, refused, taken: state === 'done' && refused === null }]
  })
}
