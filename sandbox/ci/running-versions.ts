import { CURRENT, findVersion, type Secret, type SecretVersion, versionLabelled } from '../aws/secret.ts'
import { secretsOf } from '../aws/secrets.ts'
import { tokenOfSecret } from '../aws/tokens.ts'
import type { World } from '../world.ts'
import { type Takes, takesOf } from './environments.ts'

/** A version that an agent began to run. */
export interface Deployment {
  versionId: string
  at: string
  /** With a deployment, or by reading the secrets manager while it ran. */
  by: Takes
}

/** Deployments by secret, oldest first. An agent runs the version of its newest one, and no other. */
export const deploymentsOf = (world: World) => world.store.collection<Deployment[]>('ci.deployments')

/** Versions by secret that the agents ran when the workspace was made. */
const firstVersions = (world: World) => world.store.collection<string>('ci.first-versions')

/** Every agent begins with the version that is current now. Needs the secrets. */
export function seedAgents(world: World): void {
  for (const secret of secretsOf(world).all()) {
    const current = versionLabelled(secret, CURRENT)
    if (current && tokenOfSecret(secret.name)) firstVersions(world).put(secret.name, current.id)
  }
}

/** Idempotent. */
export function recordDeployment(world: World, secret: Secret, deployment: Deployment): void {
  const earlier = deploymentsOf(world).get(secret.name) ?? []
  const last = earlier.at(-1)
  if (last?.at === deployment.at && last.versionId === deployment.versionId) return
  deploymentsOf(world).put(secret.name, [...earlier, deployment])
  world.changed('agents')
}

/** The deployment that counts at a time; undefined before the first. @param at milliseconds since 1970 */
export const deployedAt = (world: World, secret: Secret, at: number): Deployment | undefined =>
  deploymentsOf(world)
    .get(secret.name)
    ?.findLast((deployment) => Date.parse(deployment.at) <= at)

/**
 * The version that a secret's agent runs: of its last deployment, otherwise the one that was current when the
 * workspace was made. Undefined where the agent has never had one.
 *
 * @param at milliseconds since 1970
 */
export function runningVersion(world: World, secret: Secret, at: number): SecretVersion | undefined {
  const id = deployedAt(world, secret, at)?.versionId ?? firstVersions(world).get(secret.name)
  return id === undefined ? undefined : findVersion(secret, id)
}

/** Agents that read their token while they run take over the current version as soon as it changes. */
export function followCurrentVersions(world: World, now: Date): void {
  for (const secret of secretsOf(world).all()) {
    const { environment } = tokenOfSecret(secret.name) ?? {}
    if (environment === undefined) continue
    const { how, since } = takesOf(world, environment)
    if (how !== 'runtime') continue
    const current = versionLabelled(secret, CURRENT)
    const running = runningVersion(world, secret, now.getTime())
    if (!current || current.id === running?.id) continue
    const last = deploymentsOf(world).get(secret.name)?.at(-1)?.at ?? ''
    const at = [since, last, secret.lastChangedAt].toSorted().at(-1) ?? since
    recordDeployment(world, secret, { versionId: current.id, at, by: 'runtime' })
  }
}
