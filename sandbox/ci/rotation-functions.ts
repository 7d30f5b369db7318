import { AGENTS } from '#sandbox/demo-users'
import { PENDING, type Secret, versionLabelled } from '../aws/secret.ts'
import { secretsOf } from '../aws/secrets.ts'
import { tokenOfSecret } from '../aws/tokens.ts'
import type { World } from '../world.ts'
import { failsAt, type Place, renew } from './renew.ts'

const REVOKE_WITHIN_HOURS = 24
/** Secrets Manager retries by itself. */
const AGAIN_AFTER_MS = 5_000

/**
 * Runs the functions that Secrets Manager calls for managed rotations: the workflow's work, for one secret.
 * A function that fails leaves its version pending and is called again.
 */
export function runRotationFunctions(world: World, now: Date): void {
  for (const secret of secretsOf(world).all()) {
    const running = secret.rotation?.running
    if (running && Date.parse(running.finishesAt) <= now.getTime())
      runRotationFunction(world, secret, running, now)
  }
}

function runRotationFunction(
  world: World,
  secret: Secret,
  { versionId, finishesAt }: { versionId: string; finishesAt: string },
  now: Date,
): void {
  const secrets = secretsOf(world)
  const place = placeOf(secret)
  if (!secret.rotation || secret.deletedAt !== null) return
  if (failsAt(world, place)) {
    const again = new Date(now.getTime() + AGAIN_AFTER_MS).toISOString()
    secrets.save({ ...secret, rotation: { ...secret.rotation, running: { versionId, finishesAt: again } } })
    return
  }
  const done = { ...secret, rotation: { ...secret.rotation, running: null } }
  // Without the pending label there is nothing to finish.
  if (versionLabelled(done, PENDING)?.id !== versionId) {
    secrets.save(done)
    return
  }
  const value = { SecretString: `sandbox-token-${versionId}` }
  const versions = done.versions.map((each) => (each.id === versionId ? { ...each, value } : each))
  renew(
    world,
    { ...done, versions, lastRotatedAt: finishesAt },
    versionId,
    place,
    finishesAt,
    REVOKE_WITHIN_HOURS,
  )
}

/** Position in its environment, because those tokens are rotated together. */
function placeOf(secret: Secret): Place {
  const agents: readonly (string | undefined)[] = AGENTS
  const index = agents.indexOf(tokenOfSecret(secret.name)?.agent)
  return index < 0 ? { index: 0, of: 1 } : { index, of: AGENTS.length }
}
