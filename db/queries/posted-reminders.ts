import type { JobKind } from '#domain/ports/outbox-job'
import type { Holder, NamedTokens } from '#domain/reminders/answered-reminders'
import type { ReminderSubject } from '#domain/reminders/reminder'
import type { RotationStatus } from '#domain/rotation/rotation'
import type { Db, ReadDb } from '../schema.ts'

/** Where a reminder was posted, and what it shows; the result of the job that posted it. */
export interface PostedReminder {
  channel: string
  ts: string
  /** What it was sent for. */
  about: ReminderSubject[]
  named: NamedTokens[]
  /** Digest of its content; edits that change nothing are left out. */
  shown: string
  /** Nothing in it can apply again, so it is not looked at any more. */
  final: boolean
}

export interface PostedJob {
  key: string
  kind: JobKind
  /** The key of the message in the channel, and whose part of it this is; null for the channel. */
  message: string
  user: string | null
  posted: PostedReminder
}

const KINDS: JobKind[] = ['reminder', 'reminder-to-owner']

/** The newest reminders that were posted and may have to be edited. @param limit of jobs that are looked at */
export async function findPostedReminders(db: ReadDb, limit: number): Promise<PostedJob[]> {
  const rows = await db
    .selectFrom('outboxJobs')
    .select(['key', 'kind', 'payloadJson', 'resultJson'])
    .where('kind', 'in', KINDS)
    .where('state', '=', 'done')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.flatMap(({ key, kind, payloadJson, resultJson }) => {
    const posted: Partial<PostedReminder> | null = JSON.parse(resultJson ?? 'null')
    const { message = key, user = null }: { message?: string; user?: string | null } = JSON.parse(payloadJson)
    if (!posted?.channel || !posted.ts || !posted.about || !posted.named || posted.final) return []
    return [{ key, kind: kind as JobKind, message, user, posted: posted as PostedReminder }]
  })
}

/** Notes what an edited reminder shows. */
export async function setPostedReminder(tx: Db, key: string, posted: PostedReminder): Promise<void> {
  await tx
    .updateTable('outboxJobs')
    .set({ resultJson: JSON.stringify(posted) })
    .where('key', '=', key)
    .execute()
}

// SQLite's limit is 32,766 bound values in a statement.
const SECRETS_AT_ONCE = 1_000

/** The newest rotation of each secret that was in one. */
export async function findNewestHolders(db: ReadDb, secrets: readonly string[]): Promise<Holder[]> {
  const holders: Holder[] = []
  for (let i = 0; i < secrets.length; i += SECRETS_AT_ONCE) {
    const some = secrets.slice(i, i + SECRETS_AT_ONCE)
    const newest = await db
      .selectFrom('tokens')
      .select((eb) => ['secret', eb.fn.max('rotationId').as('rotationId')])
      .where('secret', 'in', some)
      .groupBy('secret')
      .execute()
    if (newest.length === 0) continue
    const rows = await db
      .selectFrom('tokens as t')
      .innerJoin('rotations as r', 'r.id', 't.rotationId')
      .select(['t.secret', 't.rotationId', 't.newVersionId', 'r.status'])
      .where('t.rotationId', 'in', [...new Set(newest.map(({ rotationId }) => rotationId))])
      .execute()
    const newestOf = new Map(newest.map(({ secret, rotationId }) => [secret, rotationId]))
    for (const { secret, rotationId, newVersionId, status } of rows)
      if (newestOf.get(secret) === rotationId)
        holders.push({
          secret,
          rotation: rotationId,
          status: status as RotationStatus,
          renewed: newVersionId !== null,
        })
  }
  return holders
}
