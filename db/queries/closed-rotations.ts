import { sql } from 'kysely'
import type { Instant } from '#rotation/rotation'
import type { ClosedRotation } from '#rotation/rotation-year'
import type { Db } from '../schema.ts'

/** Days that a token was past its cadence when it was renewed; null when its age or its renewal is not known. */
const DAYS_LATE = sql`julianday("t"."newVersionAt") - julianday("t"."previousVersionAt") - "t"."cadenceDays"`

/** What is needed to judge every rotation that was closed since a moment, in one query. */
export async function findClosedRotations(db: Db, since: Instant): Promise<ClosedRotation[]> {
  const rows = await db
    .selectFrom('rotations as r')
    .leftJoin('tokens as t', 't.rotationId', 'r.id')
    .select(['r.id', 'r.trigger', 'r.status', 'r.closedAt'])
    .select(sql<number | null>`max(${DAYS_LATE})`.as('daysLate'))
    .select(
      sql<number>`sum("t"."newVersionAt" is not null and "t"."previousVersionAt" is null)`.as('undated'),
    )
    .where('r.status', '!=', 'open')
    .where('r.closedAt', '>=', since)
    .groupBy('r.id')
    .execute()
  return rows.map(({ undated, daysLate, ...row }) => ({
    // The columns hold what was written by the domain.
    ...(row as Omit<ClosedRotation, 'daysLate'>),
    // One late token makes it late; one that nobody knows the age of keeps it from counting as in time.
    daysLate: undated > 0 && (daysLate ?? 0) <= 0 ? null : daysLate,
  }))
}
