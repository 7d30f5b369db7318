import { sql } from 'kysely'
import type { Instant } from '#domain/rotation/rotation'
import { type ClosedRotation, daysLate, type Renewal } from '#domain/rotation/rotation-year'
import type { Calendar } from '#domain/time/calendar'
import type { ReadDb } from '../schema.ts'

// Clocks are changed, and days begin, on a quarter of an hour: tokens with the same quarters are equally late, and hundreds
// that were renewed in one go need not be read one by one.
const quarterOf = (column: string) => sql`unixepoch(${sql.ref(column)}) / 900`

/** What is needed to judge every rotation that was closed since a moment, in one query. */
export async function findClosedRotations(
  db: ReadDb,
  since: Instant,
  calendar: Calendar,
): Promise<ClosedRotation[]> {
  const rows = await db
    .selectFrom('rotations as r')
    .leftJoin('tokens as t', 't.rotationId', 'r.id')
    .select(['r.id', 'r.trigger', 'r.status', 'r.closedAt', 't.cadenceDays'])
    .select((eb) => [
      eb.fn.min('t.previousVersionAt').as('previousAt'),
      eb.fn.min('t.newVersionAt').as('renewedAt'),
    ])
    .where('r.status', '!=', 'open')
    .where('r.closedAt', '>=', since)
    .groupBy(['r.id', 't.cadenceDays', quarterOf('t.previousVersionAt'), quarterOf('t.newVersionAt')])
    .execute()
  return [...Map.groupBy(rows, (row) => row.id).values()].flatMap((parts) => {
    const [first] = parts
    if (!first) return []
    const { id, trigger, status, closedAt } = first
    const renewals = parts.flatMap(({ previousAt, renewedAt, cadenceDays }): Renewal[] =>
      renewedAt && cadenceDays !== null ? [{ previousAt, renewedAt, cadenceDays }] : [],
    )
    // The columns hold what was written by the domain.
    const rotation = { id, trigger, status, closedAt } as Omit<ClosedRotation, 'daysLate'>
    return [{ ...rotation, daysLate: daysLate(renewals, calendar) }]
  })
}
