import type { RecordedWaiver, Waiver } from '#domain/rotation/waiver'
import type { ReadDb } from '../schema.ts'

/** None holds for longer than some days, so older ones need not be read. */
const NEWEST = 50

/** The newest waivers of the promotion gate, whether they still hold or not. */
export async function findWaivers(db: ReadDb): Promise<RecordedWaiver[]> {
  const rows = await db
    .selectFrom('events')
    .select(['actor', 'at', 'dataJson'])
    .where('rotationId', 'is', null)
    .where('type', '=', 'waived')
    .orderBy('at', 'desc')
    .limit(NEWEST)
    .execute()
  return rows.map(({ actor, at, dataJson }) => ({ ...(JSON.parse(dataJson) as Waiver), by: actor, at }))
}
