import type { Instant } from '#domain/rotation/rotation'
import type { CheckInput } from './check.ts'
import { type SucceededRun, succeededRun } from './succeeded-run.ts'

/**
 * The newest deployment to staging, when it succeeded.
 *
 * @throws NotReadable
 */
export const stagingDeployment = (input: CheckInput): Promise<SucceededRun> =>
  succeededRun(input, 'deploy', {
    absent: 'There has been no deployment to staging yet',
    start: 'Press “Deploy to staging”.',
    again: 'Read the run’s log; deploy to staging again, or record a manual step.',
  })

/** Whether a run began before a time. The CI gives whole seconds only. */
export const beganBefore = (startedAt: Instant, at: Instant): boolean => seconds(startedAt) < seconds(at)

const seconds = (at: Instant): number => Math.floor(Date.parse(at) / 1000)
