import { WORKFLOWS } from '#sandbox/demo-users'
import { ageInDays, USUAL_AGE_DAYS } from '../aws/seed.ts'
import { TOKENS } from '../aws/tokens.ts'
import type { World } from '../world.ts'
import { logLine, runsOf } from './runs.ts'
import { workflowsOf } from './workflows.ts'

const DAY = 86_400_000
const RUN_TOOK_MS = 90_000

/**
 * Adds the run that created most current versions, for `R0`, a rotation that the bot does not know. Needs
 * the workflow files.
 */
export function seedRuns(world: World): void {
  const runs = runsOf(world)
  const workflow = workflowsOf(world).find(WORKFLOWS.rotate.file)
  if (!workflow) throw new Error(`The repository has no ${WORKFLOWS.rotate.file}`)
  const rotated = TOKENS.filter((token) => ageInDays(token.secret) === USUAL_AGE_DAYS).map(
    (token) => token.secret,
  )
  const createdMs = world.clock.now().getTime() - USUAL_AGE_DAYS * DAY
  const at = (ms: number) => new Date(createdMs + ms).toISOString()
  const done = at(RUN_TOOK_MS)
  const inputs = { rotation: 'R0', secrets: rotated.join(','), revoke_within_hours: '24' }
  runs.save({
    ...runs.queue(workflow, inputs),
    status: 'completed',
    conclusion: 'success',
    createdAt: at(0),
    startedAt: at(1_000),
    updatedAt: done,
    steps: [{ name: 'Rotate tokens', startedAt: at(1_000), completedAt: done, failed: false }],
    log: [logLine(done, `${rotated.length} of ${rotated.length} tokens rotated`)],
  })
}
