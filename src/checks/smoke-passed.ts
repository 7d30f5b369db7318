import type { Environment } from '#domain/rotation/environments'
import { type CheckInput, type EnvironmentCheck, failed, passed, unknown, type Verdict } from './check.ts'
import { beganBefore, deploymentTo, notInScope } from './deployment.ts'
import { formatInstant } from './format-instant.ts'
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
    return smokeVerdict(input, environment)
  },
}

/**
 * Passes when the newest smoke run succeeded, and began after the newest deployment had finished.
 *
 * @throws NotReadable
 */
export async function smokeVerdict(input: CheckInput, environment: Environment): Promise<Verdict> {
  const { name } = environment
  const smoke = await succeededRun(input, 'smoke', name, {
    absent: 'The smoke test has not run yet',
    start: `Press “Deploy to ${name}”; the smoke test follows automatically.`,
    again: 'Read the run’s log; run the smoke test again, or record a manual step.',
  })
  if ('verdict' in smoke) return smoke.verdict
  const { run, evidence } = smoke
  const deployment = await deploymentTo(input, environment)
  if ('verdict' in deployment) {
    const { state, sentence } = deployment.verdict
    const words = `Run ${run.runId} succeeded, but no earlier deployment is known: ${sentence}`
    const advice = `Deploy to ${name}, then run the smoke test again.`
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
}
