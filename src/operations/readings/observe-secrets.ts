import { findRevocations, insertRevocations, setRevocation } from '#db/queries/revocations'
import type { Db } from '#db/schema'
import { possiblyReplaced, trackReplaced } from '#domain/revocations/superseded-versions'
import { unchanged } from '#domain/rotation/decision'
import type { Instant, Rotation } from '#domain/rotation/rotation'
import { observeVersions } from '#domain/rotation/runs'
import type { Secret, SecretReading } from '#domain/tokens/secret'
import { change } from '#operations/change'
import type { Context } from '#src/context'
import { noteAges } from './read-ages.ts'

/**
 * Keeps in mind what could not be read when a run had ended, or had a version left pending that may become current yet, so
 * that it is not forgotten when the rotation is closed.
 */
export async function keepUnseen(
  context: Context,
  rotationId: number,
  readings: SecretReading[],
): Promise<void> {
  const unseen = readings.filter(({ secret }) => !secret || secret.versions.some((each) => each.pending))
  const names = unseen.map(({ name }) => name)
  const now = context.clock.now()
  await change(context, rotationId, async (rotation, tx) => {
    await insertRevocations(tx, possiblyReplaced(rotation, names, now), 'in-use')
    return unchanged(rotation)
  })
}

/**
 * Notes what the secrets manager showed of the tokens in scope; the card's progress comes from it. Each version that
 * was replaced is kept in mind in the same transaction, so that none is forgotten.
 */
export async function observeSecrets(
  context: Context,
  rotationId: number,
  readings: SecretReading[],
): Promise<void> {
  await noteAges(context, readings)
  const secrets = readings.flatMap((reading) => reading.secret ?? [])
  const now = context.clock.now()
  await change(context, rotationId, async (rotation, tx) => {
    // A workflow goes on after its rotation was aborted, and what it replaces must be revoked all the same.
    if (rotation.status === 'approved') return unchanged(rotation)
    const after = observeVersions(rotation, secrets)
    await keepReplaced(tx, { before: rotation, after }, secrets, now)
    return { rotation: after, events: [] }
  })
}

async function keepReplaced(
  tx: Db,
  change: { before: Rotation; after: Rotation },
  secrets: Secret[],
  now: Instant,
): Promise<void> {
  const known = await findRevocations(tx, change.after.id)
  const { added, updated } = trackReplaced(change, secrets, known, now)
  await insertRevocations(tx, added)
  for (const revocation of updated) await setRevocation(tx, revocation)
}
