import { type Secret, tagValue } from '../aws/secret.ts'
import { secretsOf } from '../aws/secrets.ts'
import { tokenOfSecret } from '../aws/tokens.ts'
import { FAULTY_AGENT, smokeResultsOf } from '../ci/deployments.ts'
import { changesOf, isAccepted } from '../ci/issuer.ts'
import { deploymentsOf, runningVersion } from '../ci/running-versions.ts'
import type { FaultId } from '../faults.ts'
import type { World } from '../world.ts'

/** Interval of each agent's authentication, in milliseconds of the sandbox's clock. */
const EVERY_MS = 2_000
const DAY = 86_400_000
/** An agent warns at each authentication this long before its token expires. */
const WARNS_MS = 3 * DAY

const AGENT_EVENTS = ['success', 'failure', 'warning'] as const
export type AgentEvent = (typeof AGENT_EVENTS)[number]

export interface Agent {
  agent: string
  environment: string
  secret: Secret
}

export const agentsOf = (world: World): Agent[] =>
  secretsOf(world)
    .all()
    .flatMap((secret) => {
      const token = tokenOfSecret(secret.name)
      return token ? [{ ...token, secret }] : []
    })

/** Starts the counters at 0. */
export function startTelemetry(world: World): void {
  world.store.collection<number>('telemetry').put('began', world.clock.now().getTime())
}

/** Start of the counters, in milliseconds since 1970. */
export const telemetrySince = (world: World): number =>
  world.store.collection<number>('telemetry').get('began') ?? world.clock.now().getTime()

/** The versions that an agent ran after `from` and until `to`, each with the time that it ran in there, in ms since 1970. */
export function versionsRun(world: World, { secret }: Agent, from: number, to: number) {
  const begins = (deploymentsOf(world).get(secret.name) ?? []).map(({ at }) => Date.parse(at))
  const points = [from, ...begins.filter((at) => at > from && at < to), to]
  const run = new Map<string, { from: number; to: number }>()
  points.slice(1).forEach((end, index) => {
    const begin = points[index] ?? end
    const id = runningVersion(world, secret, begin)?.id
    if (id !== undefined) run.set(id, { from: run.get(id)?.from ?? begin, to: end })
  })
  return run
}

/**
 * Counts events of an agent after `from` and until `to`. Nothing is stored: counts follow from deployments,
 * the issuer and faults.
 *
 * @param version counts only what happened with this version
 */
export function countEvents(
  world: World,
  agent: Agent,
  event: AgentEvent,
  { from, to, version }: { from: number; to: number; version?: string | undefined },
): number {
  const { secret } = agent
  const isAsked = (at: number) => version === undefined || runningVersion(world, secret, at)?.id === version
  const changes = changeTimes(world, agent).filter((at) => at > from && at < to)
  const points = [from, ...changes.sort((a, b) => a - b), to]
  const regular = points.slice(1).reduce((sum, end, index) => {
    const begin = points[index] ?? end
    return isAsked(begin) && occurs(world, agent, event, begin) ? sum + timesBetween(begin, end) : sum
  }, 0)
  const tests = smokeResultsOf(world)
    .all()
    .map((result) => ({ ...result, at: Date.parse(result.at) }))
    .filter((result) => result.secret === secret.name && result.at > from && result.at <= to)
    .filter(({ at }) => isAsked(at))
  return regular + tests.filter(({ accepted }) => event === (accepted ? 'success' : 'failure')).length
}

const timesBetween = (from: number, to: number): number =>
  Math.max(0, Math.floor(to / EVERY_MS) - Math.floor(from / EVERY_MS))

function changeTimes(world: World, { secret }: Agent): number[] {
  const faults = (['telemetry-auth-failures', 'telemetry-expiry-warnings'] as const).flatMap((id) =>
    world.faults.times(id).flatMap(({ from, to }) => [from, to ?? from]),
  )
  const instants = [
    ...(deploymentsOf(world).get(secret.name) ?? []).map((deployment) => deployment.at),
    ...secret.versions.flatMap(({ id }) => changesOf(world, secret, id).map((change) => change.at)),
  ].map((at) => Date.parse(at))
  const expiry = Date.parse(tagValue(secret, 'expiry') ?? '')
  return [...faults, ...instants, ...(Number.isNaN(expiry) ? [] : [expiry - WARNS_MS])]
}

/** True when each authentication causes this event, from a time on. */
function occurs(world: World, agent: Agent, event: AgentEvent, at: number): boolean {
  const { secret } = agent
  const isFaulty = (id: FaultId) => agent.agent === FAULTY_AGENT && wasOn(world, id, at)
  const version = runningVersion(world, secret, at)
  // An agent that has never had a token does not run.
  if (!version) return false
  if (event === 'warning') {
    const expiry = Date.parse(tagValue(secret, 'expiry') ?? '')
    const isNear = tagValue(secret, 'version') === version.id && expiry - WARNS_MS <= at
    return isNear || isFaulty('telemetry-expiry-warnings')
  }
  return (
    (event === 'success') ===
    (isAccepted(world, secret, version.id, at) && !isFaulty('telemetry-auth-failures'))
  )
}

const wasOn = (world: World, id: FaultId, at: number): boolean =>
  world.faults.times(id).some(({ from, to }) => from <= at && at < (to ?? Number.POSITIVE_INFINITY))
