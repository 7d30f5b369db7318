import type { ReplacedVersion, Revocation, RevocationState } from '#domain/revocations/revocation'
import { compareTokens } from '#domain/tokens/scope'
import type { Db, Row } from '../schema.ts'

/**
 * Keeps versions in mind; one that is known already is left as it is.
 *
 * @param state `in-use` for those that may not have been replaced at all
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
 * Saves what is known of a version now, unless it is settled.
 *
 * @returns false when it was settled meanwhile; then nothing was written
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

/** All versions that a rotation replaced, settled or not, in the usual order of tokens. */
export async function findRevocations(db: Db, rotationId: number): Promise<Revocation[]> {
  const rows = await db
    .selectFrom('revocations')
    .selectAll()
    .where('rotationId', '=', rotationId)
    .orderBy('id')
    .execute()
  return rows.map(toRevocation).sort(compareTokens)
}

/** What is not settled yet, of all rotations, also closed ones. */
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
