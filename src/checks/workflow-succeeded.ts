import { type Check, passed } from './check.ts'
import { succeededRun } from './succeeded-run.ts'

/** The run that this rotation started succeeded. */
export const workflowSucceeded: Check = {
  id: 'workflow-succeeded',
  step: 'rotation-execution',
  title: 'Workflow finished',
  how: 'reads the run where it was carried out',
  backs: null,
  async run(input) {
    const found = await succeededRun(input, 'rotate', null, {
      run: 'the rotation workflow',
      again: 'Read the reason; start it again, or record a manual step.',
    })
    if ('verdict' in found) return found.verdict
    const { system, runId } = found.run
    if (system === 'secrets-manager') return passed('The secrets manager rotated every requested secret')
    return passed(`Run ${runId} succeeded`, found.evidence)
  },
}
