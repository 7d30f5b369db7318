import { unchanged } from '#rotation/decision'
import { observeVersions } from '#rotation/runs'
import type { SecretReading } from '#rotation/secret'
import type { Context } from '#src/context'
import { change } from './change.ts'
import { noteAges } from './read-ages.ts'

/** Notes what the secrets manager showed of the tokens in scope; the card's progress comes from it. */
export async function observeSecrets(
  context: Context,
  rotationId: number,
  readings: SecretReading[],
): Promise<void> {
  const secrets = readings.flatMap((reading) => reading.secret ?? [])
  await noteAges(context, secrets)
  await change(context, rotationId, (rotation) =>
    rotation.status === 'open'
      ? { rotation: observeVersions(rotation, secrets), events: [] }
      : unchanged(rotation),
  )
}
