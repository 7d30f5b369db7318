import { type ChainHead, chain, GENESIS } from '#domain/rotation/event-chain'
import type { NewEvent, RotationEvent } from '#domain/rotation/events'
import type { Db, ReadDb, Row } from '../schema.ts'

/** The newest event's number and hash. */
async function findHead(db: ReadDb): Promise<ChainHead> {
  const row = await db
    .selectFrom('events')
    .select(['count', 'hash'])
    .orderBy('count', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? GENESIS
}

/** Appends events to the chain, in the transaction of their change. */
export async function insertEvents(tx: Db, events: NewEvent[]): Promise<RotationEvent[]> {
  if (events.length === 0) return []
  const chained = chain(await findHead(tx), events)
  await tx
    .insertInto('events')
    .values(chained.map(({ data, ...event }) => ({ ...event, dataJson: JSON.stringify(data) })))
    .execute()
  return chained
}

/** The whole history in order. */
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
const toEvent = ({ dataJson, ...row }: Row<'events'>): RotationEvent =>
  ({ ...row, data: JSON.parse(dataJson) }) as RotationEvent
