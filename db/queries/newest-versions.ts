import type { ReadDb } from '../schema.ts'

/** The newest version that any rotation saw of each secret; a secret without one is left out. */
export async function findNewestVersions(db: ReadDb, secrets: string[]): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('tokens')
    .select(['secret', 'newVersionId'])
    .where('secret', 'in', secrets)
    .where('newVersionId', 'is not', null)
    .orderBy('rotationId')
    .execute()
  return new Map(rows.flatMap(({ secret, newVersionId }) => (newVersionId ? [[secret, newVersionId]] : [])))
}
