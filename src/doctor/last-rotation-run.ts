import { lastRunWords } from '#domain/rotation/last-run-words'
import { broken, fine, type HealthCheck, unread } from './health-check.ts'

const AGAIN = 'run the workflow once and see it succeed: step 2 of the next rotation requires it.'

/**
 * The rotation workflow's last finished run, whoever started it, succeeded. How long ago is no problem of the setup:
 * reminders say which tokens are due.
 */
export const lastRotationRun: HealthCheck = {
  id: 'last-rotation-run',
  title: 'Last rotation run',
  async run({ ci }) {
    const { file, place, workflow } = await ci.readWorkflow('rotate')
    if (!workflow) return [unread('There is no run to read', 'Fix what “Workflows” reports first.')]
    const { lastCompleted: run } = workflow
    if (!run?.finishedAt)
      return [
        broken(
          `The workflow ${file} has no run in ${place} that has finished`,
          `Before a rotation, ${AGAIN}`,
        ),
      ]
    const words = `${lastRunWords(run)} on ${run.finishedAt.slice(0, 10)}`
    if (run.state === 'succeeded') return [fine(words)]
    const log = run.url ? `Read its log (${run.url})` : 'Read its log'
    return [broken(`${words} (${file})`, `${log}, fix the cause, then ${AGAIN}`)]
  },
}
