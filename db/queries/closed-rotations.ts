import { sql } from 'kysely'
import type { Instant } from '#rotation/rotation'
import type { ClosedRotation } from '#rotation/rotation-year'
import type { Db } from '../schema.ts'

/** What is needed to judge every rotation that was closed since a moment, in one query. */
export async function findClosedRotations(db: Db, since: Instant): Promise<ClosedRotation[]> {
  const rows = await db
    .selectFrom('rotations as r')
    .leftJoin('tokens as t', 't.rotationId', 'r.id')
    .select(['r.id', 'r.trigger', 'r.status', 'r.closedAt'])
    .select(
      sql<
        number | null
      >`max(julianday("t"."newVersionAt") - julianday("t"."previousVersionAt") - "t"."cadenceDays")`.as(
        'daysLate',
      ),
    )
    .where('r.status', '!=', 'open')
    .where('r.closedAt', '>=', since)
    .groupBy('r.id')
    .execute()
  // The columns hold what was written by the domain.
  return rows as ClosedRotation[]
}
