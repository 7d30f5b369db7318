import type { JobKind, NewJob } from '#domain/ports/outbox-job'
import type { Instant } from '#domain/rotation/rotation'
import type { Db, Row } from '../schema.ts'

/** A claimed job, for the claimant to run now. */
export interface ClaimedJob {
  id: number
  key: string
  kind: JobKind
  rotationId: number | null
  payload: unknown
  /** From 1; above 1 an earlier attempt may have succeeded. */
  attempts: number
  /** Only this claim may finish the job. */
  holder: string
  createdAt: Instant
}

export interface Lease {
  /** When the lease ends, machine time in ms. */
  until: number
  holder: string
}

/** When the newest job of a collapse key is due, by the machine's clock; lost at a restart, which costs one edit. */
const due = new Map<string | null, number>()
const MOST_KEYS = 1_000

function gatheredAt(collapseKey: string | null, ms: number): number {
  const now = Date.now()
  const last = due.get(collapseKey) ?? 0
  const next = last > now ? last : Math.max(now, last + ms)
  if (due.size >= MOST_KEYS) due.clear()
  due.set(collapseKey, next)
  return next
}

/** Enqueues jobs in the transaction of their change. Known keys are ignored. */
export async function insertJobs(tx: Db, jobs: NewJob[], at: Instant): Promise<void> {
  if (jobs.length === 0) return
  const common = { state: 'queued', attempts: 0, createdAt: at } as const
  await tx
    .insertInto('outboxJobs')
    .values(
      jobs.map(({ payload, waitMs, gatherMs, ...job }) => ({
        ...job,
        payloadJson: JSON.stringify(payload),
        nextAt: waitMs ? Date.now() + waitMs : gatherMs ? gatheredAt(job.collapseKey, gatherMs) : 0,
        ...common,
      })),
    )
    .onConflict((oc) => oc.column('key').doNothing())
    .execute()
}

/**
 * Claims the jobs that can run now: the first unfinished one of each ordering key that is due and has no
 * valid lease. Jobs replaced by a newer one with the same collapse key are dropped, unless they were tried:
 * they may have succeeded.
 *
 * @param now the machine's time in ms
 * @param running ids that this process runs now; its lease may have expired, as when the machine slept
 */
export async function claimJobs(
  db: Db,
  now: number,
  lease: Lease,
  { limit, running }: { limit: number; running: number[] },
): Promise<ClaimedJob[]> {
  return db.transaction().execute(async (tx) => {
    await supersedeCollapsed(tx)
    const rows = await tx
      .selectFrom('outboxJobs as e')
      .selectAll()
      .where('state', 'in', ['queued', 'running'])
      .where('nextAt', '<=', now)
      .$if(running.length > 0, (query) => query.where('id', 'not in', running))
      .where((eb) => eb.or([eb('leaseUntil', 'is', null), eb('leaseUntil', '<', now)]))
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('outboxJobs as earlier')
              .select('earlier.id')
              .whereRef('earlier.orderingKey', '=', 'e.orderingKey')
              .whereRef('earlier.id', '<', 'e.id')
              .where('earlier.state', 'in', ['queued', 'running']),
          ),
        ),
      )
      .orderBy('id')
      .limit(limit)
      .execute()
    for (const row of rows)
      await tx
        .updateTable('outboxJobs')
        .set({
          state: 'running',
          leaseUntil: lease.until,
          leaseHolder: lease.holder,
          attempts: row.attempts + 1,
        })
        .where('id', '=', row.id)
        .execute()
    return rows.map((row) => toClaimed(row, lease.holder))
  })
}

async function supersedeCollapsed(tx: Db): Promise<void> {
  await tx
    .updateTable('outboxJobs')
    .set({ state: 'superseded' })
    .where('state', '=', 'queued')
    .where('attempts', '=', 0)
    .where('collapseKey', 'is not', null)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('outboxJobs as newer')
          .select('newer.id')
          .whereRef('newer.collapseKey', '=', 'outboxJobs.collapseKey')
          .whereRef('newer.id', '>', 'outboxJobs.id')
          .where('newer.state', '=', 'queued'),
      ),
    )
    .execute()
}

const toClaimed = (row: Row<'outboxJobs'>, holder: string): ClaimedJob => ({
  id: row.id,
  key: row.key,
  kind: row.kind as JobKind,
  rotationId: row.rotationId,
  payload: JSON.parse(row.payloadJson),
  attempts: row.attempts + 1,
  holder,
  createdAt: row.createdAt,
})

/** Finishes a job. @returns false when another process has claimed it since */
export async function setJobDone(tx: Db, claimed: ClaimedJob, result: unknown): Promise<boolean> {
  const updated = await tx
    .updateTable('outboxJobs')
    .set({
      state: 'done',
      leaseUntil: null,
      leaseHolder: null,
      problem: null,
      resultJson: JSON.stringify(result ?? null),
    })
    .where('id', '=', claimed.id)
    .where('leaseHolder', '=', claimed.holder)
    .where('attempts', '=', claimed.attempts)
    .executeTakeFirst()
  return updated.numUpdatedRows === 1n
}

/**
 * Stores a failed attempt, with a retry at `nextAt`.
 *
 * @param aside whether the ordering key continues without it, because a retry alone will not help
 */
export async function setJobFailed(
  tx: Db,
  claimed: ClaimedJob,
  failure: { problem: string; nextAt: number; aside: boolean },
): Promise<void> {
  const { problem, nextAt, aside } = failure
  await tx
    .updateTable('outboxJobs')
    .set({ state: 'queued', leaseUntil: null, leaseHolder: null, problem, nextAt })
    .$if(aside, (query) => query.set({ orderingKey: `aside:${claimed.id}` }))
    .where('id', '=', claimed.id)
    .where('leaseHolder', '=', claimed.holder)
    .where('attempts', '=', claimed.attempts)
    .execute()
}

/** Extends the leases of long jobs. */
export async function setJobLease(db: Db, ids: number[], lease: Lease): Promise<void> {
  if (ids.length === 0) return
  await db
    .updateTable('outboxJobs')
    .set({ leaseUntil: lease.until })
    .where('id', 'in', ids)
    .where('leaseHolder', '=', lease.holder)
    .execute()
}

/** Releases the leases of dead processes, so that their jobs need not wait. */
export async function releaseLeases(db: Db, isDead: (holder: string) => boolean): Promise<void> {
  const rows = await db
    .selectFrom('outboxJobs')
    .select('leaseHolder')
    .distinct()
    .where('state', '=', 'running')
    .execute()
  const dead = rows.flatMap((row) => (row.leaseHolder && isDead(row.leaseHolder) ? [row.leaseHolder] : []))
  if (dead.length > 0)
    await db.updateTable('outboxJobs').set({ leaseUntil: null }).where('leaseHolder', 'in', dead).execute()
}
