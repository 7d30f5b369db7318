import type { RunObservation } from './runs.ts'

/** By the CI's conclusion. */
const ENDS: Record<string, string> = {
  failure: 'failed',
  cancelled: 'was cancelled',
  timed_out: 'timed out',
  skipped: 'was skipped, so it rotated nothing',
  action_required: 'waited for an approval that did not come',
  startup_failure: 'could not start',
}

/** `The last run, 8812, was cancelled`: how a workflow's last run ended. */
export function lastRunWords({ runId, state, conclusion }: RunObservation): string {
  if (state === 'succeeded') return `The last run, ${runId}, succeeded`
  const word = conclusion ?? 'no conclusion'
  return `The last run, ${runId}, ${ENDS[word] ?? `ended with ${word}`}`
}
