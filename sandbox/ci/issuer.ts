import { destroyVersion, findVersion, type Secret } from '../aws/secret.ts'
import { secretsOf } from '../aws/secrets.ts'
import type { World } from '../world.ts'

/** `disabled` can be undone, `destroyed` cannot. Only `live` tokens are accepted. */
export type TokenState = 'live' | 'disabled' | 'destroyed'

export interface StateChange {
  state: TokenState
  /** ISO 8601 */
  at: string
}

/**
 * The issuer knows tokens, and nothing of labels: it alone decides whether an agent is accepted. A copy of a
 * version in the secrets manager is the same token.
 */
const changes = (world: World) => world.store.collection<StateChange[]>('issuer.changes')

function keyOf(secret: Secret, versionId: string): string {
  const original = findVersion(secret, versionId)?.copyOf
  return `${secret.name} ${original ?? versionId}`
}

/** Every change of a version's state, oldest first; none while it is live from the beginning. */
export const changesOf = (world: World, secret: Secret, versionId: string): readonly StateChange[] =>
  changes(world).get(keyOf(secret, versionId)) ?? []

/**
 * The state of a version, with the time at which it began; null where it has been live from the beginning.
 *
 * @param at milliseconds since 1970
 */
export function stateAt(
  world: World,
  secret: Secret,
  versionId: string,
  at: number,
): { state: TokenState; since: string | null } {
  const change = changesOf(world, secret, versionId).findLast((each) => Date.parse(each.at) <= at)
  return { state: change?.state ?? 'live', since: change?.at ?? null }
}

/** True when the issuer accepts an agent with this version. @param at milliseconds since 1970 */
export const isAccepted = (world: World, secret: Secret, versionId: string, at: number): boolean =>
  stateAt(world, secret, versionId, at).state === 'live'

/**
 * Changes the state of a version. Does nothing when it has that state already. A destroyed version is also
 * taken out of the secrets manager, a disabled one stays there.
 *
 * @param change.at not before the version's last change
 * @returns the change that counts, or the reason why it is refused
 */
export function changeState(
  world: World,
  name: string,
  versionId: string,
  change: StateChange,
): { change: StateChange } | { refusal: string } {
  const secret = secretsOf(world).find(name)
  if (!secret || !findVersion(secret, versionId))
    return { refusal: `there is no version ${versionId} of ${name}` }
  const earlier = changesOf(world, secret, versionId)
  const last = earlier.at(-1)
  if (last?.state === change.state) return { change: last }
  if (last?.state === 'destroyed')
    return { refusal: `version ${versionId} of ${name} was destroyed at ${last.at}; this cannot be undone` }
  // First, because a repeated call does nothing once the change is recorded.
  if (change.state === 'destroyed') secretsOf(world).save(destroyVersion(secret, versionId, change.at))
  changes(world).put(keyOf(secret, versionId), [...earlier, change])
  world.changed('agents')
  return { change }
}
