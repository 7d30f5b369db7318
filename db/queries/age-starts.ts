import type { Instant, TokenRollback } from '#domain/rotation/rotation'
import type { SecretVersion } from '#domain/tokens/secret'
import type { ReadDb } from '../schema.ts'

/** From when on the age of a secret's version counts. */
export type AgeStart = (secret: string, version: Pick<SecretVersion, 'id' | 'createdAt'>) => Instant

/** The creation of a version; of one that is a copy of an old version that a token was rolled back to, the old one's. */
export async function findAgeStarts(db: ReadDb): Promise<AgeStart> {
  const rows = await db
    .selectFrom('tokens')
    .select(['secret', 'newVersionId', 'rollbackJson'])
    .where('rollbackJson', 'is not', null)
    .execute()
  const starts = new Map(
    rows.flatMap(({ secret, newVersionId, rollbackJson }) => {
      const { madeAt, currentAt } = JSON.parse(rollbackJson ?? '') as TokenRollback
      return madeAt !== null && currentAt !== null ? [[`${secret} ${newVersionId}`, madeAt] as const] : []
    }),
  )
  return (secret, { id, createdAt }) => starts.get(`${secret} ${id}`) ?? createdAt
}
