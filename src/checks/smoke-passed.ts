import { type EnvironmentCheck, failed, passed, unknown } from './check.ts'
import { beganBefore, deploymentTo, notInScope } from './deployment.ts'
import { inWords } from './in-words.ts'
import { succeededRun } from './succeeded-run.ts'

/** The smoke suite ran in the CI against the environment after the newest deployment had finished, and passed. */
export const smokePassed: EnvironmentCheck = {
  id: 'smoke-passed',
  title: (environment) => `Smoke test passed in ${environment}`,
  how: 'reads the smoke test’s run in the CI',
  backs: 'smoke',
  concerns: ({ smoke }) => smoke,
  async run(input, environment) {
    const outOfScope = notInScope(input, environment)
    if (outOfScope) return outOfScope
    const { name } = environment
    const smoke = await succeededRun(input, 'smoke', name, {
      absent: 'The smoke test was not run yet',
      start: `Press “Deploy to ${name}”: the smoke test follows by itself.`,
      again: 'Read the run’s log; run the smoke test again, or record a manual step.',
    })
    if ('verdict' in smoke) return smoke.verdict
    const { run, evidence } = smoke
    const deployment = await deploymentTo(input, environment)
    if ('verdict' in deployment) {
      const { state, sentence } = deployment.verdict
      const words = `Run ${run.runId} succeeded, but no deployment is known to have come before it: ${sentence}`
      const advice = `When ${name} is deployed to, run the smoke test again.`
      return { ...(state === 'failed' ? failed(words, advice) : unknown(words, advice)), evidence }
    }
    const { startedAt } = run
    const { finishedAt } = deployment.run
    if (startedAt === null || finishedAt === null)
      return {
        ...unknown(`Run ${run.runId} succeeded, but the CI does not tell when`, 'Run the smoke test again.'),
        evidence,
      }
    if (beganBefore(startedAt, finishedAt))
      return failed(
        `Run ${run.runId} began at ${inWords(startedAt)}, before the deployment finished at ${inWords(finishedAt)}: it tested what was there before`,
        'Run the smoke test again.',
        evidence,
      )
    return passed(`Run ${run.runId} succeeded after the deployment of ${inWords(finishedAt)}`, evidence)
  },
}
