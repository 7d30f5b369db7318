import type { Environment } from '#domain/rotation/environments'
import {
  type CheckInput,
  type EnvironmentCheck,
  failed,
  passed,
  unknown,
  type Verdict,
  waitsFor,
} from './check.ts'
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
 * Waits for a deployment. Passes when the newest smoke run succeeded, and began after the newest deployment had finished.
 *
 * @throws NotReadable
 */
export async function smokeVerdict(input: CheckInput, environment: Environment): Promise<Verdict> {
  const { name } = environment
  const deployment = await deploymentTo(input, environment)
  if ('verdict' in deployment) return waitsFor(`the deployment to ${name}`)
  const smoke = await succeededRun(input, 'smoke', name, {
    run: `the smoke test in ${name}`,
    again: 'Read the run’s log; run the smoke test again, or record a manual step.',
  })
  if ('verdict' in smoke) return smoke.verdict
  const { run, evidence } = smoke
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
