import { randomUUID } from 'node:crypto'
import type { OwnRecords } from '#domain/rotation/compare-records'
import type { DeclaredGap } from '#domain/rotation/declared-gap'
import type { ChainHead } from '#domain/rotation/event-chain'
import type { Instant } from '#domain/rotation/rotation'
import { findChainHead, findHashes } from './queries/events.ts'
import { findSetting, insertFollowedSetting } from './queries/settings.ts'
import type { Db, ReadDb } from './schema.ts'

const SETTING = 'database-id'

/** The database's own id, made at its first start; a backup has the same. */
export async function ensureDatabaseId(db: Db, at: Instant): Promise<string> {
  const known = await findSetting<string>(db, SETTING)
  if (known) return known
  // Replicas may start at the same moment: the first one's counts.
  await insertFollowedSetting(db, SETTING, randomUUID(), at)
  return (await findSetting<string>(db, SETTING)) ?? ''
}

/** What the database knows of these heads and rotations, which were seen in the log or on cards. */
export async function findOwnRecords(
  db: ReadDb,
  heads: ChainHead[],
  rotations: number[],
): Promise<OwnRecords> {
  const hashes = await findHashes(
    db,
    heads.map(({ count }) => count),
  )
  const rows =
    rotations.length > 0
      ? await db.selectFrom('rotations').select('id').where('id', 'in', rotations).execute()
      : []
  const any = await db.selectFrom('rotations').select('id').where('id', '>', 0).limit(1).executeTakeFirst()
  const ids = new Set(rows.map(({ id }) => id))
  return {
    databaseId: (await findSetting<string>(db, SETTING)) ?? '',
    head: await findChainHead(db),
    isEmpty: any === undefined,
    hasEvent: ({ count, hash }) => hashes.get(count) === hash,
    hasRotation: (id) => ids.has(id),
    declared: await findDeclaredGap(db),
  }
}

/** The gap that was declared last; null when none was. */
export async function findDeclaredGap(db: ReadDb): Promise<DeclaredGap | null> {
  const row = await db
    .selectFrom('events')
    .select('dataJson')
    .where('rotationId', 'is', null)
    .where('type', '=', 'database-restored')
    .orderBy('count', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ? (JSON.parse(row.dataJson) as DeclaredGap) : null
}
