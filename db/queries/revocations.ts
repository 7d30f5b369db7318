import type { ReplacedVersion, Revocation, RevocationState } from '#domain/revocations/revocation'
import { compareTokens } from '#domain/tokens/scope'
import type { Db, Row } from '../schema.ts'

/**
 * Tracks versions; known ones are left unchanged.
 *
 * @param state `in-use` for versions that may not have been replaced
 */
export async function insertRevocations(
  tx: Db,
  versions: ReplacedVersion[],
  state: RevocationState = 'waiting',
): Promise<void> {
  for (const version of versions)
    await tx
      .insertInto('revocations')
      .values({ ...version, state })
      .onConflict((oc) => oc.columns(['rotationId', 'secret', 'versionId']).doNothing())
      .execute()
}

/**
 * Updates a version unless it is resolved.
 *
 * @returns false when it was resolved meanwhile; then nothing was written
 */
export async function setRevocation(tx: Db, { id, ...revocation }: Revocation): Promise<boolean> {
  const updated = await tx
    .updateTable('revocations')
    .set(revocation)
    .where('id', '=', id)
    .where('state', 'in', UNSETTLED)
    .executeTakeFirst()
  return updated.numUpdatedRows === 1n
}

const UNSETTLED: RevocationState[] = ['waiting', 'in-use']

/** All versions that a rotation replaced, by token. */
export async function findRevocations(db: Db, rotationId: number): Promise<Revocation[]> {
  const rows = await db
    .selectFrom('revocations')
    .selectAll()
    .where('rotationId', '=', rotationId)
    .orderBy('id')
    .execute()
  return rows.map(toRevocation).sort(compareTokens)
}

/** The unresolved versions of all rotations, also closed ones. */
export async function findUnresolvedRevocations(db: Db): Promise<Revocation[]> {
  const rows = await db
    .selectFrom('revocations')
    .selectAll()
    .where('state', 'in', UNSETTLED)
    .orderBy('id')
    .execute()
  return rows.map(toRevocation)
}

const toRevocation = (row: Row<'revocations'>): Revocation => ({
  ...row,
  state: row.state as RevocationState,
})
