import { seedSecrets } from './aws/seed.ts'
import { seedRuns } from './ci/seed.ts'
import { seedRepository } from './github/seed.ts'
import { seedJira } from './jira/seed.ts'
import { seedSlack } from './slack/seed.ts'
import { beginTelemetry } from './telemetry/agents.ts'
import type { World } from './world.ts'

/**
 * Fills the sandbox: people and channels, nine tokens, the repository, and a rotation twelve days ago.
 * It begins from nothing, because a process that was killed while seeding leaves half of it behind.
 */
export function seed(world: World): void {
  world.store.reset()
  seedSlack(world)
  seedSecrets(world)
  seedRepository(world)
  seedRuns(world)
  seedJira(world)
  beginTelemetry(world)
  world.store.markSeeded()
}
