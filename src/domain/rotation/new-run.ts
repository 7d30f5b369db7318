import type { Run } from './rotation.ts'

/** A run as it is asked for: the CI shows nothing of it yet. @param given what it is for, and who asked when */
export const newRun = (
  given: Pick<Run, 'kind' | 'environment' | 'system' | 'attempt' | 'requestedBy' | 'requestedAt'> &
    Partial<Run>,
): Run => ({
  state: 'requested',
  runId: null,
  url: null,
  target: null,
  conclusion: null,
  startedAt: null,
  finishedAt: null,
  windowReason: null,
  runAttempt: 1,
  approval: null,
  adopted: null,
  ...given,
})
