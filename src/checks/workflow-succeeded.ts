import { type Check, passed } from './check.ts'
import { succeededRun } from './succeeded-run.ts'

/** The run that this rotation started, found by its id, concluded with success. */
export const workflowSucceeded: Check = {
  id: 'workflow-succeeded',
  step: 'rotation-execution',
  title: 'Workflow finished',
  how: 'reads the run where it was carried out',
  backs: null,
  async run(input) {
    const found = await succeededRun(input, 'rotate', {
      absent: 'The rotation workflow was not started',
      start: 'Press “Start rotation workflow”.',
      again: 'Read the run’s log; start the workflow again, or record a manual step.',
    })
    if ('verdict' in found) return found.verdict
    return passed(`Run ${found.run.runId} succeeded`, found.evidence)
  },
}
