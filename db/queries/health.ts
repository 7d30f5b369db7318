import type { Db, ReadDb } from '../schema.ts'

/** Writes a row as it is, which takes the write lock. @returns false when the row that every start writes is missing */
export async function isWritable(db: Db): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('settings')
    .set((eb) => ({ valueJson: eb.ref('valueJson') }))
    .where('key', '=', 'workspace')
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

export interface WaitingJobs {
  kind: string
  jobs: number
  /** When the oldest was enqueued, ISO 8601. */
  oldest: string
}

/** Jobs that are not delivered yet, by kind. */
export const findWaitingJobs = (db: ReadDb): Promise<WaitingJobs[]> =>
  db
    .selectFrom('outboxJobs')
    .select((eb) => [
      'kind',
      eb.fn.countAll<number>().as('jobs'),
      eb.fn.min<string>('createdAt').as('oldest'),
    ])
    .where('doneAt', 'is', null)
    .groupBy('kind')
    .execute()

/** When a token of each environment was last part of a complete rotation, ISO 8601. */
export const findLastComplete = (db: ReadDb): Promise<{ environment: string; at: string | null }[]> =>
  db
    .selectFrom('rotations')
    .innerJoin('tokens', 'tokens.rotationId', 'rotations.id')
    .select((eb) => ['tokens.environment', eb.fn.max<string | null>('rotations.closedAt').as('at')])
    .where('rotations.id', 'in', (eb) =>
      eb
        .selectFrom('rotations as newest')
        .select('newest.id')
        .where('newest.status', '=', 'complete')
        .where('newest.closedAt', 'is not', null)
        .orderBy('newest.closedAt', 'desc')
        .limit(NEWEST),
    )
    .groupBy('tokens.environment')
    .execute()

/** Enough to see each environment; bounds the query when there are thousands of rotations. */
const NEWEST = 100
