import { seedSecrets } from './aws/seed.ts'
import { seedAgents } from './ci/running-versions.ts'
import { seedRuns } from './ci/seed.ts'
import type { SandboxClock } from './clock.ts'
import { seedRepository } from './github/seed.ts'
import { seedJira } from './jira/seed.ts'
import { seedSlack } from './slack/seed.ts'
import { startTelemetry } from './telemetry/agents.ts'
import type { World } from './world.ts'

/**
 * Creates people, channels, nine tokens, the repository, and a rotation twelve days ago. Deletes what a
 * seeding that was killed has left.
 */
export function seed(world: World, startsAtHour?: number): void {
  world.store.reset()
  if (startsAtHour !== undefined) advanceToHour(world.clock, startsAtHour)
  seedSlack(world)
  seedSecrets(world)
  seedAgents(world)
  seedRepository(world)
  seedRuns(world)
  seedJira(world)
  startTelemetry(world)
  world.store.markSeeded()
}

const HOUR = 3_600_000

/** Advances a clock to the next time that it is this hour, in UTC. */
function advanceToHour(clock: SandboxClock, hour: number): void {
  const sinceMidnight = clock.now().getTime() % (24 * HOUR)
  clock.advance((hour * HOUR - sinceMidnight + 24 * HOUR) % (24 * HOUR))
}
