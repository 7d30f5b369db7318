import { sql } from 'kysely'
import type { Instant } from '#domain/rotation/rotation'
import { type ClosedRotation, daysLate, type Renewal } from '#domain/rotation/rotation-year'
import type { Calendar } from '#domain/time/calendar'
import type { ReadDb } from '../schema.ts'

// Calendar days and clock changes start on a quarter hour, so tokens with equal quarters are equally late and
// are grouped.
function quarterOf(column: string) {
  const time = sql.ref(column)
  const minute = sql`substr(${time}, 15, 2)`
  return sql`substr(${time}, 1, 14) || case when ${minute} < '15' then '0' when ${minute} < '30' then '1' when ${minute} < '45' then '2' else '3' end`
}

/** Changes whenever a rotation is closed. */
export async function closedSince(db: ReadDb, since: Instant): Promise<string> {
  const { count, newest } = await db
    .selectFrom('rotations')
    .select((eb) => [eb.fn.count('closedAt').as('count'), eb.fn.max('closedAt').as('newest')])
    .where('closedAt', '>=', since)
    .executeTakeFirstOrThrow()
  return `${count} ${newest}`
}

/** What is needed to judge every rotation closed since a moment, in one query. */
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
    const rotation = { id, trigger, status, closedAt } as Omit<ClosedRotation, 'daysLate'>
    return [{ ...rotation, daysLate: daysLate(renewals, calendar) }]
  })
}
