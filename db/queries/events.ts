import { type ChainHead, chain, GENESIS } from '#domain/rotation/event-chain'
import type { Chained, NewDatabaseEvent, NewEvent, RotationEvent } from '#domain/rotation/events'
import type { KeyChange } from '#domain/rotation/key-change'
import type { RecordDigests } from '#domain/rotation/record-digests'
import type { Instant } from '#domain/rotation/rotation'
import type { Db, ReadDb, Row } from '../schema.ts'

/** The newest event's number and hash. */
export async function findChainHead(db: ReadDb): Promise<ChainHead> {
  return db.selectFrom('chainHead').select(['count', 'hash']).executeTakeFirstOrThrow()
}

/** Appends events to the chain, in the transaction of their change. @param record what the change did to its rotation's tables */
export async function insertEvents<Event extends NewEvent | NewDatabaseEvent>(
  tx: Db,
  events: Event[],
  record: RecordDigests | null = null,
): Promise<(Event & Chained)[]> {
  if (events.length === 0) return []
  const chained = chain(await lockHead(tx), events, record)
  await tx
    .insertInto('events')
    .values(
      chained.map(({ data, record: digests, ...event }) => ({
        ...event,
        dataJson: JSON.stringify(data),
        recordJson: digests && JSON.stringify(digests),
      })),
    )
    .execute()
  const { count, hash } = chained.at(-1) ?? GENESIS
  await tx.updateTable('chainHead').set({ count, hash }).execute()
  return chained
}

/** The head, locked by its row until the transaction ends. */
const lockHead = (tx: Db): Promise<ChainHead> =>
  tx
    .updateTable('chainHead')
    .set((eb) => ({ count: eb.ref('count') }))
    .returning(['count', 'hash'])
    .executeTakeFirstOrThrow()

/** The events after a place in the chain, in order. @param limit how many at most */
export async function findEventsAfter(
  db: ReadDb,
  after: number,
  { until, limit }: { until: number; limit: number },
): Promise<RotationEvent[]> {
  const rows = await db
    .selectFrom('events')
    .selectAll()
    .where('count', '>', after)
    .where('count', '<=', until)
    .orderBy('count')
    .limit(limit)
    .execute()
  return rows.map(toEvent)
}

/** The stored hashes of these events, by number; those that do not exist are left out. */
export async function findHashes(db: ReadDb, counts: number[]): Promise<Map<number, string>> {
  const hashes = new Map<number, string>()
  for (let at = 0; at < counts.length; at += COUNTS_AT_ONCE) {
    const rows = await db
      .selectFrom('events')
      .select(['count', 'hash'])
      .where('count', 'in', counts.slice(at, at + COUNTS_AT_ONCE))
      .execute()
    for (const row of rows) hashes.set(row.count, row.hash)
  }
  return hashes
}

const COUNTS_AT_ONCE = 500

/** Up to where the chain was verified before. */
export async function findCheckpoint(db: ReadDb): Promise<ChainHead> {
  const row = await db
    .selectFrom('chainCheckpoints')
    .select(['count', 'hash'])
    .orderBy('count', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? GENESIS
}

/** Replaces the checkpoint. */
export async function setCheckpoint(db: Db, { count, hash }: ChainHead, verifiedAt: Instant): Promise<void> {
  await db
    .insertInto('chainCheckpoints')
    .values({ count, hash, verifiedAt })
    .onConflict((oc) => oc.column('count').doUpdateSet({ hash, verifiedAt }))
    .execute()
  await db.deleteFrom('chainCheckpoints').where('count', '<', count).execute()
}

/** The newest change of the key that seals the log; null when there was none. */
export async function findKeyChange(db: ReadDb): Promise<KeyChange | null> {
  const row = await db
    .selectFrom('events')
    .select('dataJson')
    .where('rotationId', 'is', null)
    .where('type', '=', 'key-changed')
    .orderBy('count', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ? (JSON.parse(row.dataJson) as KeyChange) : null
}

/** The whole history in order; for a short one. */
export async function findEvents(db: ReadDb): Promise<RotationEvent[]> {
  return (await db.selectFrom('events').selectAll().orderBy('count').execute()).map(toEvent)
}

/** A rotation's part of the history, in order. */
export async function findRotationEvents(db: ReadDb, rotationId: number): Promise<RotationEvent[]> {
  const rows = await db
    .selectFrom('events')
    .selectAll()
    .where('rotationId', '=', rotationId)
    .orderBy('count')
    .execute()
  return rows.map(toEvent)
}

// Stored by `insertEvents`; `findChainBreak` detects alterations.
export const toEvent = ({ dataJson, recordJson, ...row }: Row<'events'>): RotationEvent =>
  ({
    ...row,
    data: JSON.parse(dataJson),
    record: recordJson === null ? null : JSON.parse(recordJson),
  }) as RotationEvent
