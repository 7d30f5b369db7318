import { ENVIRONMENTS } from '#sandbox/demo-users'
import { CURRENT, versionLabelled } from '../aws/secret.ts'
import type { World } from '../world.ts'
import { type Agent, agentsOf, beganAt, countHappenings, deployedAt } from './agents.ts'
import { type AskedQuery, askedQueries } from './query-log.ts'

/** What the page shows of the telemetry. */
export interface TelemetryState {
  since: string
  environments: {
    environment: string
    agents: {
      agent: string
      /** What it runs with, and since when; never deployed, it follows the current version. */
      version: string | null
      deployedAt: string | null
      successes: number
      failures: number
      warnings: number
    }[]
  }[]
  /** Newest first. */
  queries: AskedQuery[]
}

export function telemetryState(world: World): TelemetryState {
  const agents = agentsOf(world)
  return {
    since: new Date(beganAt(world)).toISOString(),
    environments: ENVIRONMENTS.map((environment) => ({
      environment,
      agents: agents.filter((agent) => agent.environment === environment).map((agent) => shown(world, agent)),
    })),
    queries: askedQueries(world),
  }
}

function shown(world: World, agent: Agent) {
  const now = world.clock.now().getTime()
  const deployment = deployedAt(world, agent, now)
  const count = (happening: Parameters<typeof countHappenings>[2]) =>
    countHappenings(world, agent, happening, beganAt(world), now)
  return {
    agent: agent.agent,
    version: deployment?.versionId ?? versionLabelled(agent.secret, CURRENT)?.id ?? null,
    deployedAt: deployment?.at ?? null,
    successes: count('success'),
    failures: count('failure'),
    warnings: count('warning'),
  }
}
