import { CURRENT, findVersion, type Secret, tagValue, versionLabelled } from '../aws/secret.ts'
import { secretsOf } from '../aws/secrets.ts'
import { tokenOfSecret } from '../aws/tokens.ts'
import { deploymentsOf, smokeResultsOf, TROUBLED_AGENT } from '../ci/deployments.ts'
import type { FaultId } from '../faults.ts'
import type { World } from '../world.ts'

/** How often each agent authenticates, in milliseconds of the sandbox's clock. */
const EVERY_MS = 2_000
const DAY = 86_400_000
/** From so long before its token expires an agent warns, each time that it authenticates. */
const WARNS_MS = 3 * DAY

export const HAPPENINGS = ['success', 'failure', 'warning'] as const
export type Happening = (typeof HAPPENINGS)[number]

export interface Agent {
  agent: string
  environment: string
  secret: Secret
}

/** Every agent that has a token. */
export const agentsOf = (world: World): Agent[] =>
  secretsOf(world)
    .all()
    .flatMap((secret) => {
      const token = tokenOfSecret(secret.name)
      return token ? [{ ...token, secret }] : []
    })

/** The agents' counters begin at 0 now. */
export function beginTelemetry(world: World): void {
  world.store.collection<number>('telemetry').put('began', world.clock.now().getTime())
}

/** When the agents' counters began, in milliseconds since 1970. */
export const beganAt = (world: World): number =>
  world.store.collection<number>('telemetry').get('began') ?? world.clock.now().getTime()

/** The version that an agent ran with at a moment, in milliseconds since 1970; undefined for the current one. */
export const deployedAt = (world: World, { secret }: Agent, at: number) =>
  deploymentsOf(world)
    .get(secret.name)
    ?.findLast((deployment) => Date.parse(deployment.at) <= at)

/**
 * How often something happened to an agent, after `from` and until `to`. Nothing is counted while time passes: what an
 * agent did follows from when it was deployed with what, when that was revoked, and when faults were on.
 */
export function countHappenings(
  world: World,
  agent: Agent,
  happening: Happening,
  from: number,
  to: number,
): number {
  const turns = turningPoints(world, agent).filter((at) => at > from && at < to)
  const points = [from, ...turns.sort((a, b) => a - b), to]
  const regular = points.slice(1).reduce((sum, end, index) => {
    const begin = points[index] ?? end
    return happens(world, agent, happening, begin) ? sum + timesBetween(begin, end) : sum
  }, 0)
  const tests = smokeResultsOf(world)
    .all()
    .filter(({ secret, at }) => secret === agent.secret.name && Date.parse(at) > from && Date.parse(at) <= to)
  return regular + tests.filter(({ accepted }) => happening === (accepted ? 'success' : 'failure')).length
}

const timesBetween = (from: number, to: number): number =>
  Math.max(0, Math.floor(to / EVERY_MS) - Math.floor(from / EVERY_MS))

/** The moments at which something may change for an agent. */
function turningPoints(world: World, { secret }: Agent): number[] {
  const faults = (['telemetry-auth-failures', 'telemetry-expiry-warnings'] as const).flatMap((id) =>
    world.faults.times(id).flatMap(({ from, to }) => [from, to ?? from]),
  )
  const instants = [
    ...(deploymentsOf(world).get(secret.name) ?? []).map((deployment) => deployment.at),
    ...secret.versions.flatMap((version) => version.revokedAt ?? []),
  ].map((at) => Date.parse(at))
  const expiry = Date.parse(tagValue(secret, 'expiry') ?? '')
  return [...faults, ...instants, ...(Number.isNaN(expiry) ? [] : [expiry - WARNS_MS])]
}

/** Whether it happens each time that the agent authenticates, from a moment on. */
function happens(world: World, agent: Agent, happening: Happening, at: number): boolean {
  const { secret } = agent
  const troubled = (id: FaultId) => agent.agent === TROUBLED_AGENT && wasOn(world, id, at)
  const deployed = deployedAt(world, agent, at)
  const version = deployed ? findVersion(secret, deployed.versionId) : versionLabelled(secret, CURRENT)
  if (happening === 'warning') {
    const expiry = Date.parse(tagValue(secret, 'expiry') ?? '')
    const isNear = tagValue(secret, 'version') === version?.id && expiry - WARNS_MS <= at
    return isNear || troubled('telemetry-expiry-warnings')
  }
  const revokedAt = version?.revokedAt ?? null
  const isAlive = version !== undefined && (revokedAt === null || Date.parse(revokedAt) > at)
  return (happening === 'success') === (isAlive && !troubled('telemetry-auth-failures'))
}

const wasOn = (world: World, id: FaultId, at: number): boolean =>
  world.faults.times(id).some(({ from, to }) => from <= at && at < (to ?? Number.POSITIVE_INFINITY))
