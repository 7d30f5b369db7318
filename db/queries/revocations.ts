import type { ReplacedVersion, Revocation, RevocationState } from '#domain/revocations/revocation'
import { rowDigest } from '#domain/rotation/followed-rows'
import type { Instant } from '#domain/rotation/rotation'
import { compareTokens } from '#domain/tokens/scope'
import { recordRows } from '../followed-rows.ts'
import { groupByRotation } from '../group-by-rotation.ts'
import type { Db, ReadDb, Row } from '../schema.ts'

/**
 * Tracks versions; known ones are left unchanged.
 *
 * @param state `in-use` for versions that may not have been replaced
 */
export async function insertRevocations(
  tx: Db,
  versions: ReplacedVersion[],
  at: Instant,
  state: RevocationState = 'waiting',
): Promise<void> {
  if (versions.length === 0) return
  const rows = await tx
    .insertInto('revocations')
    .values(versions.map((version) => ({ ...version, state })))
    .onConflict((oc) => oc.columns(['rotationId', 'secret', 'versionId']).doNothing())
    .returningAll()
    .execute()
  await recordRows(tx, 'revocations', rows, at)
}

/** Updates a version; does nothing if it was resolved meanwhile, unless a person's record of it is still looked at. */
export async function setRevocation(tx: Db, { id, ...revocation }: Revocation, at: Instant): Promise<void> {
  const before = await tx.selectFrom('revocations').selectAll().where('id', '=', id).executeTakeFirst()
  const rows = await tx
    .updateTable('revocations')
    .set(revocation)
    .where('id', '=', id)
    .where((eb) => eb.or([eb('resolvedAt', 'is', null), eb('watchedUntil', 'is not', null)]))
    .returningAll()
    .execute()
  const known = before && rowDigest('revocations', before)
  await recordRows(
    tx,
    'revocations',
    rows.filter((row) => rowDigest('revocations', row) !== known),
    at,
  )
}

/** As `findRevocations`, for several rotations in one query. */
export async function findRevocationsOf(
  db: ReadDb,
  rotationIds: number[],
): Promise<(rotationId: number) => Revocation[]> {
  const rows = await db
    .selectFrom('revocations')
    .selectAll()
    .where((eb) => eb.or([eb('rotationId', 'in', rotationIds), eb('takenOverBy', 'in', rotationIds)]))
    .orderBy('id')
    .execute()
  const grouped = groupByRotation(rows)
  const taken = Map.groupBy(rows, (row) => row.takenOverBy)
  return (rotationId) =>
    [...grouped(rotationId), ...(taken.get(rotationId) ?? [])].map(toRevocation).sort(compareTokens)
}

/** All versions that a rotation replaced, or took over from one that it superseded, resolved or not, by token. */
export const findRevocations = async (db: ReadDb, rotationId: number): Promise<Revocation[]> =>
  (await findRevocationsOf(db, [rotationId]))(rotationId)

/** How these versions were proven to be revoked for any rotation, by version. */
export async function findProofs(
  db: ReadDb,
  versions: Pick<Revocation, 'secret' | 'versionId'>[],
): Promise<Map<string, string>> {
  if (versions.length === 0) return new Map()
  const rows = await db
    .selectFrom('revocations')
    .select(['versionId', 'proof'])
    .where((eb) =>
      eb.or(versions.map(({ secret, versionId }) => eb.and({ secret, versionId, state: 'proven' }))),
    )
    .execute()
  return new Map(rows.flatMap(({ versionId, proof }) => (proof ? [[versionId, proof]] : [])))
}

/** The unresolved versions of all rotations, also of closed ones. */
export async function findUnresolvedRevocations(db: ReadDb): Promise<Revocation[]> {
  const rows = await db
    .selectFrom('revocations')
    .selectAll()
    .where('resolvedAt', 'is', null)
    .orderBy('id')
    .execute()
  return rows.map(toRevocation)
}

/** What people recorded as revoked lately, which is still looked at. */
export async function findWatchedRecords(db: ReadDb): Promise<Revocation[]> {
  const rows = await db
    .selectFrom('revocations')
    .selectAll()
    .where('watchedUntil', 'is not', null)
    .orderBy('id')
    .execute()
  return rows.map(toRevocation)
}

const toRevocation = (row: Row<'revocations'>): Revocation => ({
  ...row,
  ...(row as Pick<Revocation, 'state' | 'revoker' | 'issuer' | 'stage'>),
})
