import { ENVIRONMENTS } from '#sandbox/demo-users'
import { CURRENT, versionLabelled } from '../aws/secret.ts'
import type { World } from '../world.ts'
import { type Agent, agentsOf, countEvents, deployedAt, telemetrySince } from './agents.ts'
import { lastQueries, type QueryRecord } from './query-log.ts'

/** Telemetry for the page. */
export interface TelemetryState {
  since: string
  environments: {
    environment: string
    agents: {
      agent: string
      /** The deployed version; the current one when it was never deployed. */
      version: string | null
      deployedAt: string | null
      successes: number
      failures: number
      warnings: number
    }[]
  }[]
  /** Newest first. */
  queries: QueryRecord[]
}

export function telemetryState(world: World): TelemetryState {
  const agents = agentsOf(world)
  return {
    since: new Date(telemetrySince(world)).toISOString(),
    environments: ENVIRONMENTS.map((environment) => ({
      environment,
      agents: agents.filter((agent) => agent.environment === environment).map((agent) => shown(world, agent)),
    })),
    queries: lastQueries(world),
  }
}

function shown(world: World, agent: Agent) {
  const now = world.clock.now().getTime()
  const deployment = deployedAt(world, agent, now)
  const count = (event: Parameters<typeof countEvents>[2]) =>
    countEvents(world, agent, event, telemetrySince(world), now)
  return {
    agent: agent.agent,
    version: deployment?.versionId ?? versionLabelled(agent.secret, CURRENT)?.id ?? null,
    deployedAt: deployment?.at ?? null,
    successes: count('success'),
    failures: count('failure'),
    warnings: count('warning'),
  }
}
