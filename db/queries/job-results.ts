import { sql } from 'kysely'
import type { JobKind, JobPayloads } from '#domain/ports/outbox-job'
import type { RotateRequest } from '#domain/rotation/managed-rotation'
import type { LogEntry } from '#domain/rotation/rotation-log'
import type { Db } from '../schema.ts'

/** A job's result; undefined until it is done. */
export async function findJobResult(db: Db, key: string): Promise<unknown> {
  const row = await db
    .selectFrom('outboxJobs')
    .select('resultJson')
    .where('key', '=', key)
    .where('state', '=', 'done')
    .executeTakeFirst()
  return row?.resultJson ? JSON.parse(row.resultJson) : undefined
}

/** Why a job's last attempt failed; null when it did not. */
export async function findJobProblem(db: Db, key: string): Promise<string | null> {
  const row = await db.selectFrom('outboxJobs').select('problem').where('key', '=', key).executeTakeFirst()
  return row?.problem ?? null
}

/** A rotation's unfinished jobs that failed at least once. */
export async function findUndelivered(
  db: Db,
  rotationId: number,
): Promise<{ kind: JobKind; problem: string; attempts: number }[]> {
  const rows = await db
    .selectFrom('outboxJobs')
    .select(['kind', 'problem', 'attempts'])
    .where('rotationId', '=', rotationId)
    .where('state', 'in', ['queued', 'running'])
    .where('problem', 'is not', null)
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    kind: row.kind as JobKind,
    problem: row.problem ?? '',
    attempts: row.attempts,
  }))
}

/** The rotation log's address, once an entry of this rotation is committed. */
export async function findLogUrl(db: Db, rotationId: number): Promise<string | null> {
  const kind: JobKind = 'log-entry'
  const row = await db
    .selectFrom('outboxJobs')
    .select('resultJson')
    .where('rotationId', '=', rotationId)
    .where('kind', '=', kind)
    .where('state', '=', 'done')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  const result: { fileUrl?: string } = JSON.parse(row?.resultJson ?? '{}')
  return result.fileUrl || null
}

/** The newest job of a kind, of any rotation, with its result or why it is not done. */
export async function findNewestOfKind(
  db: Db,
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
export async function hasUnfinished(db: Db, kind: JobKind): Promise<boolean> {
  const row = await db
    .selectFrom('outboxJobs')
    .select('id')
    .where('kind', '=', kind)
    // Written out so that SQLite uses its index of open jobs.
    .where(sql<boolean>`"state" in ('queued', 'running')`)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** The key of a rotation's newest job of a kind, done or not. */
export async function findNewestJobKey(db: Db, rotationId: number, kind: JobKind): Promise<string | null> {
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
export async function findPendingEntries(db: Db, rotationId: number): Promise<LogEntry[]> {
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
  db: Db,
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
