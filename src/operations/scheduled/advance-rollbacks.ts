import { findOpenRotations } from '#db/queries/rotations'
import { revocationRuns } from '#domain/rotation/request-revocation'
import type { Rotation } from '#domain/rotation/rotation'
import { observeSecrets } from '#operations/readings/observe-secrets'
import { readSecrets, unlessChanged } from '#operations/readings/read-secrets'
import type { Context } from '#src/context'

/** Reads the secrets that the revocation workflow has made current again, until the rotation knows it. */
export async function advanceRollbacks(context: Context): Promise<void> {
  for (const rotation of await findOpenRotations(context.db)) {
    const secrets = madeCurrent(rotation)
    if (secrets.length === 0) continue
    try {
      await observeSecrets(context, rotation.id, await readSecrets(context, secrets, unlessChanged))
    } catch (error) {
      context.log.warn(
        { error, rotation: rotation.id },
        'a rollback could not be read; the next tick tries again',
      )
    }
  }
}

const madeCurrent = (rotation: Rotation): string[] =>
  rotation.tokens.flatMap(({ secret, rollback }) => {
    if (rollback?.currentAt !== null) return []
    const last = revocationRuns(rotation, { secret, versionId: rollback.to }).at(-1)
    return last?.target?.mode === 'make-current' && last.state === 'succeeded' ? [secret] : []
  })
