import { latestRun } from '#domain/rotation/rotation'
import { type Check, type CheckInput, passed, type Verdict, waitsFor } from './check.ts'
import { isAnyUnrotated } from './new-versions.ts'
import { succeededRun } from './succeeded-run.ts'

/** Where the run left tokens without a new version, the check of these has the advice: one cause is one red line. */
async function hasLeftTokens(input: CheckInput, verdict: Verdict): Promise<Verdict> {
  const hasFailed = verdict.state === 'failed' && latestRun(input.rotation, 'rotate') !== undefined
  if (!hasFailed || !(await isAnyUnrotated(input))) return verdict
  return waitsFor(`the new versions: ${verdict.sentence}`, verdict.evidence)
}

/** The run that this rotation started succeeded. */
export const workflowSucceeded: Check = {
  id: 'workflow-succeeded',
  step: 'rotation-execution',
  title: 'Workflow finished',
  how: 'reads the run where it was carried out',
  backs: null,
  async run(input) {
    const found = await succeededRun(input, 'rotate', null, {
      absent: 'The rotation workflow was not started',
      start: 'Press the button above to start it.',
      again: 'Read the reason; start it again, or record a manual step.',
    })
    if ('verdict' in found) return hasLeftTokens(input, found.verdict)
    const { system, runId } = found.run
    if (system === 'secrets-manager') return passed('The secrets manager rotated every requested secret')
    return passed(`Run ${runId} succeeded`, found.evidence)
  },
}
