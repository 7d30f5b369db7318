import { linkEvidence } from '#rotation/evidence'
import { latestRun } from '#rotation/rotation'
import { type Check, failed, passed, unknown } from './check.ts'

/** The run that this rotation started, found by its id, concluded with success. */
export const workflowSucceeded: Check = {
  id: 'workflow-succeeded',
  step: 'rotation-execution',
  title: 'Workflow finished',
  how: 'reads the run where it was carried out',
  backs: null,
  async run({ rotation }) {
    const run = latestRun(rotation, 'rotate')
    if (!run) return failed('The rotation workflow was not started', 'Press “Start rotation workflow”.')
    const evidence = run.url ? [linkEvidence(`run ${run.runId}`, run.url)] : []
    if (run.state === 'succeeded') return passed(`Run ${run.runId} succeeded`, evidence)
    if (run.state === 'failed')
      return failed(
        `Run ${run.runId} ended with ${run.conclusion ?? 'no success'}`,
        'Read the run’s log; start the workflow again, or record a manual step.',
        evidence,
      )
    const where = run.runId ? `Run ${run.runId} has not ended` : 'The CI does not show the run yet'
    return { ...unknown(where, 'Wait for it; the results arrive here by themselves.'), evidence }
  },
}
