import { sql } from 'kysely'
import { timeOf } from '#db/dialect'
import { openDatabase } from '#db/open-database'
import { claimJobs } from '#db/queries/outbox-jobs'
import type { Db, NewRow } from '#db/schema'
import { makeFile, makePostgresDatabase, serverUrl } from '#test/support/databases'
import type { BenchOptions } from './options.ts'
import { median, type Result, ratioResult, timed } from './result.ts'

const FEW = { jobs: 100, keys: 100 }
const MANY = { jobs: 100_000, keys: 10_000 }
const ROUNDS = 300
const AT_ONCE = 8
const ROWS_AT_ONCE = 500
const LEASE_MS = 15_000
const HOUR = 3_600_000
const MOST = 2

/** A claim of jobs while few and while very many wait, with SQLite, and with PostgreSQL where `TEST_DATABASE_URL` names one. */
export async function benchClaims(say: (line: string) => void, { quick }: BenchOptions): Promise<Result[]> {
  const results: Result[] = []
  const databases = [
    { name: 'SQLite', make: makeFile },
    ...(serverUrl() ? [{ name: 'PostgreSQL', make: () => makePostgresDatabase(null) }] : []),
  ]
  for (const { name, make } of databases) {
    const bare = await measure(make, FEW)
    const ours = await measure(make, quick ? { jobs: 2_000, keys: 200 } : MANY)
    const result = ratioResult(
      `Claim with 100,000 jobs in 10,000 keys, half postponed, against 100 (${name})`,
      { ours, bare, unit: 'ms', most: MOST },
    )
    say(`  ${result.name}: ${result.measured}`)
    results.push(result)
  }
  return results
}

/** @returns the median of a claim of eight jobs, in milliseconds */
async function measure(make: typeof makeFile, size: typeof FEW): Promise<number> {
  const { database, remove } = await make()
  const db = await openDatabase(database)
  try {
    await fill(db, size)
    const times: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      times.push(await timed(() => claimOnce(db)))
      await release(db)
    }
    return median(times)
  } finally {
    await db.destroy()
    await remove()
  }
}

const claimOnce = (db: Db) =>
  claimJobs(db, timeOf(db), { until: timeOf(db, LEASE_MS), holder: 'bench' }, { limit: AT_ONCE, running: [] })

/** Puts the claimed jobs back. */
async function release(db: Db): Promise<void> {
  await db
    .updateTable('outboxJobs')
    .set({ state: 'queued', leaseUntil: null, leaseHolder: null })
    .where('leaseHolder', 'is not', null)
    .execute()
}

async function fill(db: Db, { jobs, keys }: typeof FEW): Promise<void> {
  const later = Date.now() + HOUR
  const rows = Array.from({ length: jobs }, (_, index): NewRow<'outboxJobs'> => {
    const key = index % keys
    return {
      ...{ key: `job-${index}`, kind: 'home', orderingKey: `key-${key}`, payloadJson: '{}', state: 'queued' },
      ...{ isFirst: index < keys ? 1 : null, attempts: 0, nextAt: key % 2 === 0 ? later : 0 },
      createdAt: new Date().toISOString(),
    }
  })
  await db.transaction().execute(async (tx) => {
    for (let from = 0; from < rows.length; from += ROWS_AT_ONCE)
      await tx
        .insertInto('outboxJobs')
        .values(rows.slice(from, from + ROWS_AT_ONCE))
        .execute()
  })
  await sql`analyze`.execute(db)
}
