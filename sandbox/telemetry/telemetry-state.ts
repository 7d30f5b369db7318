import { DEPLOYMENT_ORDER } from '#sandbox/demo-users'
import { deployedAt, runningVersion } from '../ci/running-versions.ts'
import type { World } from '../world.ts'
import { type Agent, agentsOf, countEvents, telemetrySince } from './agents.ts'
import { lastQueries, type QueryRecord } from './query-log.ts'

/** Telemetry for the page. */
export interface TelemetryState {
  since: string
  environments: {
    environment: string
    agents: {
      agent: string
      /** The version that the agent runs. */
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
    environments: DEPLOYMENT_ORDER.map((environment) => ({
      environment,
      agents: agents.filter((agent) => agent.environment === environment).map((agent) => shown(world, agent)),
    })),
    queries: lastQueries(world),
  }
}

function shown(world: World, agent: Agent) {
  const now = world.clock.now().getTime()
  const count = (event: Parameters<typeof countEvents>[2]) =>
    countEvents(world, agent, event, { from: telemetrySince(world), to: now })
  return {
    agent: agent.agent,
    version: runningVersion(world, agent.secret, now)?.id ?? null,
    deployedAt: deployedAt(world, agent.secret, now)?.at ?? null,
    successes: count('success'),
    failures: count('failure'),
    warnings: count('warning'),
  }
}
