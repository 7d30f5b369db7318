import { type Check, failed, passed, unknown } from './check.ts'
import { formatInstant } from './format-instant.ts'
import { beganBefore, stagingDeployment } from './staging-deployment.ts'
import { succeededRun } from './succeeded-run.ts'

/** The smoke test passed in the CI, against staging, after the newest deployment finished. */
export const smokePassed: Check = {
  id: 'smoke-passed',
  step: 'integration-verification',
  title: 'Smoke test passed',
  how: 'reads the smoke test’s run in the CI',
  backs: 'smoke',
  async run(input) {
    const smoke = await succeededRun(input, 'smoke', {
      absent: 'The smoke test has not run yet',
      start: 'Deploy to staging, then press “Run smoke test”.',
      again: 'Read the run’s log; run the smoke test again, or record a manual step.',
    })
    if ('verdict' in smoke) return smoke.verdict
    const { run, evidence } = smoke
    const deployment = await stagingDeployment(input)
    if ('verdict' in deployment) {
      const { state, sentence } = deployment.verdict
      const words = `Run ${run.runId} succeeded, but no earlier deployment is known: ${sentence}`
      const advice = 'Deploy to staging, then run the smoke test again.'
      return { ...(state === 'failed' ? failed(words, advice) : unknown(words, advice)), evidence }
    }
    const { startedAt } = run
    const { finishedAt } = deployment.run
    if (startedAt === null || finishedAt === null)
      return {
        ...unknown(`Run ${run.runId} succeeded, but the CI does not say when`, 'Run the smoke test again.'),
        evidence,
      }
    if (beganBefore(startedAt, finishedAt))
      return failed(
        `Run ${run.runId} began at ${formatInstant(startedAt)}, before the deployment finished at ${formatInstant(finishedAt)}: it tested the previous deployment`,
        'Run the smoke test again.',
        evidence,
      )
    return passed(`Run ${run.runId} succeeded after the deployment of ${formatInstant(finishedAt)}`, evidence)
  },
}
