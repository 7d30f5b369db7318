import type { JobKind, NewJob } from '#domain/ports/outbox-job'
import type { Instant } from '#domain/rotation/rotation'
import type { Db, ReadDb, Row } from '../schema.ts'

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
  /** Why the last attempt failed. */
  problem: string | null
  /** When it was sent by an attempt that may have succeeded; null for handlers that do not note it. */
  sentAt: Instant | null
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
  // One that is further ahead was noted before the clock was set back.
  const isValid = last <= now + ms
  const next = !isValid ? now + ms : last > now ? last : Math.max(now, last + ms)
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
  const collapsed = new Set(jobs.flatMap((job) => job.collapseKey ?? []))
  if (collapsed.size > 0) await supersede(tx, [...collapsed], at)
}

/**
 * Drops the jobs that a newer one with the same collapse key replaces, unless they were tried: those may have
 * happened.
 */
async function supersede(tx: Db, collapseKeys: string[], at: Instant): Promise<void> {
  await tx
    .updateTable('outboxJobs')
    .set({ state: 'superseded', doneAt: at })
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
 * lease, oldest first. Costs as much as there are ordering keys with open jobs.
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
  // Without a write, because this is asked twice a second and nearly always finds nothing.
  const found = await claimable(db, now, running).limit(1).executeTakeFirst()
  if (!found) return []
  const rows = await db.transaction().execute((tx) =>
    tx
      .updateTable('outboxJobs')
      .set((eb) => ({
        state: 'running',
        leaseUntil: lease.until,
        leaseHolder: lease.holder,
        attempts: eb('attempts', '+', 1),
      }))
      .where('id', 'in', claimable(tx, now, running).orderBy('job.id').limit(limit))
      .returningAll()
      .execute(),
  )
  return rows.sort((a, b) => a.id - b.id).map((row) => toClaimed(row, lease.holder))
}

/** The first open job of each ordering key, where it is due and not leased. */
const claimable = (db: ReadDb & Pick<Db, 'withRecursive'>, now: number, running: number[]) =>
  db
    // One step through the index for each key, however many jobs wait behind its first one.
    .withRecursive('keys(orderingKey)', (keys) =>
      keys
        .selectFrom('outboxJobs')
        .select((eb) => eb.fn.min<string | null>('orderingKey').as('orderingKey'))
        .where('doneAt', 'is', null)
        .unionAll(
          keys
            .selectFrom('keys')
            .select((eb) =>
              eb
                .selectFrom('outboxJobs as next')
                .select((e) => e.fn.min<string | null>('next.orderingKey').as('orderingKey'))
                .where('next.doneAt', 'is', null)
                .whereRef('next.orderingKey', '>', 'keys.orderingKey')
                .as('orderingKey'),
            )
            .where('keys.orderingKey', 'is not', null),
        ),
    )
    .selectFrom('keys')
    .innerJoin('outboxJobs as job', (join) =>
      join.on((eb) =>
        eb(
          'job.id',
          '=',
          eb
            .selectFrom('outboxJobs as first')
            .select((e) => e.fn.min('first.id').as('id'))
            .where('first.doneAt', 'is', null)
            .whereRef('first.orderingKey', '=', 'keys.orderingKey'),
        ),
      ),
    )
    .select('job.id')
    .where('job.nextAt', '<=', now)
    .$if(running.length > 0, (query) => query.where('job.id', 'not in', running))
    .where((eb) => eb.or([eb('job.leaseUntil', 'is', null), eb('job.leaseUntil', '<', now)]))

const toClaimed = (row: Row<'outboxJobs'>, holder: string): ClaimedJob => ({
  id: row.id,
  key: row.key,
  kind: row.kind as JobKind,
  rotationId: row.rotationId,
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

/** Finishes a job. @returns false when another process has claimed it since */
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
  return updated.numUpdatedRows === 1n
}

/**
 * Stores a failed attempt, with a retry at `nextAt`.
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
    nextAt: number
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
}

/** Lets jobs that wait because of one of these problems run now. */
export async function releaseJobs(tx: Db, problems: readonly string[]): Promise<void> {
  await tx
    .updateTable('outboxJobs')
    .set({ nextAt: 0 })
    .where('doneAt', 'is', null)
    .where('state', '=', 'queued')
    .where('problem', 'in', problems)
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
    .where('doneAt', 'is', null)
    .where('leaseHolder', 'is not', null)
    .execute()
  const dead = rows.flatMap((row) => (row.leaseHolder && isDead(row.leaseHolder) ? [row.leaseHolder] : []))
  if (dead.length > 0)
    await db
      .updateTable('outboxJobs')
      .set({ leaseUntil: null })
      .where('doneAt', 'is', null)
      .where('leaseHolder', 'in', dead)
      .execute()
}
