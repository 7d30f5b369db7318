import type { JobKind, NewJob } from '#domain/ports/outbox-job'
import type { Instant } from '#domain/rotation/rotation'
import { type Moment, skipLocked, timeOf } from '../dialect.ts'
import type { Db, ReadDb, Row } from '../schema.ts'
import { inTransaction } from '../transaction.ts'
import type { Lease } from './job-leases.ts'

/** A claimed job, for the claimant to run now. */
export interface ClaimedJob {
  id: number
  key: string
  kind: JobKind
  rotationId: number | null
  orderingKey: string
  payload: unknown
  /** From 1; above 1 an earlier attempt may have succeeded. */
  attempts: number
  /** Only this claim may finish the job. */
  holder: string
  createdAt: Instant
  /** Why the last attempt failed. */
  problem: string | null
  /** When it was sent by an attempt that may have succeeded; null for handlers that do not note it. */
  sentAt: Instant | null
}

/** When the newest job of a collapse key is due, by the machine's clock; lost at a restart, which costs one edit. */
const due = new Map<string | null, number>()
const MOST_KEYS = 1_000

/** How long from now, in milliseconds. */
function gatheringMs(collapseKey: string | null, ms: number): number {
  const now = Date.now()
  const last = due.get(collapseKey) ?? 0
  // One that is further ahead was noted before the clock was set back.
  const isValid = last <= now + ms
  const next = !isValid ? now + ms : last > now ? last : Math.max(now, last + ms)
  if (due.size >= MOST_KEYS) due.clear()
  due.set(collapseKey, next)
  return next - now
}

/** Enqueues jobs in the transaction of their change. Known keys are ignored. */
export async function insertJobs(db: Db, jobs: NewJob[], at: Instant): Promise<void> {
  if (jobs.length > 0) await inTransaction(db, (tx) => insertWithin(tx, jobs, at))
}

async function insertWithin(tx: Db, jobs: NewJob[], at: Instant): Promise<void> {
  const common = { state: 'queued', attempts: 0, createdAt: at } as const
  await tx
    .insertInto('outboxJobs')
    .values(
      jobs.map(({ payload, waitMs, gatherMs, ...job }) => ({
        ...job,
        payloadJson: JSON.stringify(payload),
        nextAt: waitMs
          ? timeOf(tx, waitMs)
          : gatherMs
            ? timeOf(tx, gatheringMs(job.collapseKey, gatherMs))
            : 0,
        ...common,
      })),
    )
    .onConflict((oc) => oc.column('key').doNothing())
    .execute()
  const collapsed = new Set(jobs.flatMap((job) => job.collapseKey ?? []))
  if (collapsed.size > 0) await supersede(tx, [...collapsed], at)
  await markFirst(tx, [...new Set(jobs.map((job) => job.orderingKey))])
}

const KEYS_AT_ONCE = 50

/** Marks the first open job of each ordering key: only that one may be claimed. */
async function markFirst(tx: Db, orderingKeys: string[]): Promise<void> {
  for (let from = 0; from < orderingKeys.length; from += KEYS_AT_ONCE)
    await tx
      .updateTable('outboxJobs')
      .set({ isFirst: 1 })
      // One step into the index for each key, however many jobs wait behind its first one.
      .where((eb) =>
        eb(
          'id',
          'in',
          orderingKeys.slice(from, from + KEYS_AT_ONCE).map((key) =>
            eb
              .selectFrom('outboxJobs as first')
              .select((e) => e.fn.min('first.id').as('id'))
              .where('first.doneAt', 'is', null)
              .where('first.orderingKey', '=', key),
          ),
        ),
      )
      .where('isFirst', 'is', null)
      .execute()
}

/**
 * Drops the jobs that a newer one with the same collapse key replaces, unless they were tried: those may have
 * happened.
 */
async function supersede(tx: Db, collapseKeys: string[], at: Instant): Promise<void> {
  await tx
    .updateTable('outboxJobs')
    .set({ state: 'superseded', doneAt: at, isFirst: null })
    .where('doneAt', 'is', null)
    .where('collapseKey', 'is not', null)
    .where('collapseKey', 'in', collapseKeys)
    .where('state', '=', 'queued')
    .where('attempts', '=', 0)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('outboxJobs as newer')
          .select('newer.id')
          .whereRef('newer.collapseKey', '=', 'outboxJobs.collapseKey')
          .whereRef('newer.id', '>', 'outboxJobs.id')
          .where('newer.collapseKey', 'is not', null)
          .where('newer.doneAt', 'is', null)
          .where('newer.state', '=', 'queued'),
      ),
    )
    .execute()
}

/**
 * Claims the jobs that can run now: the first open one of each ordering key that is due and has no valid
 * lease, first those that are due longest. Costs the same however many jobs and keys wait.
 *
 * @param now ms since 1970
 * @param running ids that this process runs now; its lease may have expired, as when the machine slept
 */
export async function claimJobs(
  db: Db,
  now: Moment,
  lease: Lease,
  { limit, running }: { limit: number; running: number[] },
): Promise<ClaimedJob[]> {
  // Without a write, because this is asked twice a second and nearly always finds nothing.
  const found = await claimable(db, now, running).limit(1).executeTakeFirst()
  if (!found) return []
  const rows = await db
    // PostgreSQL evaluates it once; a subquery it may evaluate for each row, beyond the limit.
    .with('due', () => skipLocked(db, claimable(db, now, running).limit(limit)))
    .updateTable('outboxJobs')
    .set((eb) => ({
      state: 'running',
      leaseUntil: lease.until,
      leaseHolder: lease.holder,
      attempts: eb('attempts', '+', 1),
    }))
    .where('id', 'in', (eb) => eb.selectFrom('due').select('due.id'))
    .returningAll()
    .execute()
  return rows.sort((a, b) => a.id - b.id).map((row) => toClaimed(row, lease.holder))
}

const claimable = (db: ReadDb, now: Moment, running: number[]) =>
  db
    .selectFrom('outboxJobs as job')
    .select('job.id')
    .where('job.isFirst', 'is not', null)
    .where('job.nextAt', '<=', now)
    .$if(running.length > 0, (query) => query.where('job.id', 'not in', running))
    .where((eb) => eb.or([eb('job.leaseUntil', 'is', null), eb('job.leaseUntil', '<', now)]))
    .orderBy('job.nextAt')
    .orderBy('job.id')

const toClaimed = (row: Row<'outboxJobs'>, holder: string): ClaimedJob => ({
  id: row.id,
  key: row.key,
  kind: row.kind as JobKind,
  rotationId: row.rotationId,
  orderingKey: row.orderingKey,
  payload: JSON.parse(row.payloadJson),
  attempts: row.attempts,
  holder,
  createdAt: row.createdAt,
  problem: row.problem,
  sentAt: row.sentAt,
})

/**
 * Notes that a job is sent now: until its answer, nobody knows whether it succeeded.
 *
 * @returns false when another process has claimed it since
 */
export async function setJobSent(
  db: Db,
  claimed: Pick<ClaimedJob, 'id' | 'holder' | 'attempts'>,
  at: Instant,
): Promise<boolean> {
  const updated = await db
    .updateTable('outboxJobs')
    .set({ sentAt: at })
    .where('id', '=', claimed.id)
    .where('leaseHolder', '=', claimed.holder)
    .where('attempts', '=', claimed.attempts)
    .executeTakeFirst()
  return updated.numUpdatedRows === 1n
}

/** Whether a job is still the claimant's to run: false when another process has claimed it, or may. */
export async function isHeld(
  db: ReadDb,
  { id, holder, attempts }: Pick<ClaimedJob, 'id' | 'holder' | 'attempts'>,
): Promise<boolean> {
  const row = await db
    .selectFrom('outboxJobs')
    .select('id')
    .where('id', '=', id)
    .where('leaseHolder', '=', holder)
    .where('leaseUntil', 'is not', null)
    .where('attempts', '=', attempts)
    .executeTakeFirst()
  return row !== undefined
}

/** Finishes a job, in a transaction. @returns false when another process has claimed it since */
export async function setJobDone(
  tx: Db,
  claimed: ClaimedJob,
  result: unknown,
  at: Instant,
): Promise<boolean> {
  const updated = await tx
    .updateTable('outboxJobs')
    .set({
      state: 'done',
      doneAt: at,
      isFirst: null,
      leaseUntil: null,
      leaseHolder: null,
      problem: null,
      limitedUntil: null,
      resultJson: JSON.stringify(result ?? null),
    })
    .where('id', '=', claimed.id)
    .where('leaseHolder', '=', claimed.holder)
    .where('attempts', '=', claimed.attempts)
    .executeTakeFirst()
  if (updated.numUpdatedRows !== 1n) return false
  await markFirst(tx, [claimed.orderingKey])
  return true
}

/**
 * Stores a failed attempt, with a retry at `nextAt`, in a transaction.
 *
 * @param failure.limitedUntil until when the other system limits calls
 * @param failure.aside whether the ordering key continues without it, because a retry alone will not help
 * @param failure.undone whether what it sent certainly changed nothing
 */
export async function setJobFailed(
  tx: Db,
  claimed: ClaimedJob,
  failure: {
    problem: string
    limitedUntil: Instant | null
    nextAt: Moment
    aside: boolean
    undone: boolean
  },
): Promise<void> {
  const { problem, limitedUntil, nextAt, aside, undone } = failure
  await tx
    .updateTable('outboxJobs')
    .set({ state: 'queued', leaseUntil: null, leaseHolder: null, problem, limitedUntil, nextAt })
    .$if(undone, (query) => query.set({ sentAt: null }))
    .$if(aside, (query) => query.set({ orderingKey: `aside:${claimed.id}` }))
    .where('id', '=', claimed.id)
    .where('leaseHolder', '=', claimed.holder)
    .where('attempts', '=', claimed.attempts)
    .execute()
  if (aside) await markFirst(tx, [claimed.orderingKey])
}
