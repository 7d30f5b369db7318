import type { PastDuration } from '#domain/rotation/forecast'
import type { Promoted } from '#domain/rotation/rotation'
import type { ReadDb } from '../schema.ts'

/** How long the newest signed rotations that were no incidents took, newest first. @param limit how many at most */
export async function findDurations(db: ReadDb, limit: number): Promise<PastDuration[]> {
  const rows = await db
    .selectFrom('rotations as r')
    .innerJoin('signOffs as s', (join) =>
      join.onRef('s.rotationId', '=', 'r.id').onRef('s.round', '=', 'r.round'),
    )
    .select(['r.id', 'r.openedAt', 'r.promotedJson'])
    .select((eb) => eb.fn.max('s.at').as('signedAt'))
    .where('r.status', 'in', ['promoting', 'retiring', 'complete'])
    .where('r.trigger', 'in', ['cadence', 'manual'])
    .where('s.decision', '=', 'approved')
    .groupBy(['r.id', 'r.openedAt', 'r.promotedJson'])
    .orderBy('r.id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(({ openedAt, promotedJson, signedAt }) => {
    const promoted = (JSON.parse(promotedJson) as Promoted[]).at(-1)?.at
    return {
      toSignatures: millisBetween(openedAt, signedAt),
      toPromotion: promoted === undefined ? null : millisBetween(openedAt, promoted),
    }
  })
}

const millisBetween = (from: string, to: string): number => Date.parse(to) - Date.parse(from)
