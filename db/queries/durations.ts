import type { PastDuration } from '#domain/rotation/forecast'
import type { Promoted } from '#domain/rotation/rotation'
import type { ReadDb } from '../schema.ts'

/** How long the newest signed rotations that were no incidents took, newest first. @param limit how many at most */
export async function findDurations(db: ReadDb, limit: number): Promise<PastDuration[]> {
  const rows = await db
    .selectFrom('rotations as r')
    .select(['r.id', 'r.openedAt', 'r.promotedJson'])
    // Grouping would read every rotation before the limit applies.
    .select((eb) =>
      eb
        .selectFrom('signOffs as s')
        .select((e) => e.fn.max('s.at').as('at'))
        .whereRef('s.rotationId', '=', 'r.id')
        .whereRef('s.round', '=', 'r.round')
        .where('s.decision', '=', 'approved')
        .as('signedAt'),
    )
    .where('r.status', 'in', ['promoting', 'retiring', 'complete'])
    .where('r.trigger', 'in', ['cadence', 'manual'])
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('signOffs as approval')
          .select('approval.id')
          .whereRef('approval.rotationId', '=', 'r.id')
          .whereRef('approval.round', '=', 'r.round')
          .where('approval.decision', '=', 'approved'),
      ),
    )
    .orderBy('r.id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(({ openedAt, promotedJson, signedAt }) => {
    const promoted = (JSON.parse(promotedJson) as Promoted[]).at(-1)?.at
    return {
      toSignatures: millisBetween(openedAt, signedAt ?? openedAt),
      toPromotion: promoted === undefined ? null : millisBetween(openedAt, promoted),
    }
  })
}

const millisBetween = (from: string, to: string): number => Date.parse(to) - Date.parse(from)
