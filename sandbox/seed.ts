import { seedSecrets } from './aws/seed.ts'
import { seedRuns } from './ci/seed.ts'
import { seedRepository } from './github/seed.ts'
import { seedJira } from './jira/seed.ts'
import { seedSlack } from './slack/seed.ts'
import { startTelemetry } from './telemetry/agents.ts'
import type { World } from './world.ts'

/**
 * Creates people, channels, nine tokens, the repository, and a rotation twelve days ago. Deletes what a
 * seeding that was killed has left.
 */
export function seed(world: World): void {
  world.store.reset()
  seedSlack(world)
  seedSecrets(world)
  seedRepository(world)
  seedRuns(world)
  seedJira(world)
  startTelemetry(world)
  world.store.markSeeded()
}
