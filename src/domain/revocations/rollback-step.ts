import type { Instant, Run } from '#domain/rotation/rotation'
import { isRunning } from '#domain/rotation/rotation'
import type { NextRetirement } from './retirement.ts'
import type { Revocation } from './revocation.ts'

const MINUTE = 60_000
/** A failed run is started again after this long, this many times; then a person decides. */
const RETRY_MS = 10 * MINUTE
const MOST_FAILURES = 3

const wait = (note: string): NextRetirement => ({ act: 'wait', stage: 'restoring', note })

/**
 * What happens next to an old version that a person takes a token back to: it is accepted again where it is disabled, and then made
 * the current one.
 *
 * @param runs every revocation run of the version since the decision, oldest first
 */
export function nextOfRollback(row: Revocation, runs: readonly Run[], now: Instant): NextRetirement {
  const last = runs.at(-1)
  if (last && isRunning(last)) return wait('rolled back: the revocation workflow runs')
  const mode = row.issuer === 'disabled' ? 'restore' : 'make-current'
  const isRead = last && (row.lastCheckedAt ?? '') >= (last.finishedAt ?? last.requestedAt)
  if (last?.state === 'succeeded' && (!isRead || last.target?.mode === 'make-current'))
    return wait('rolled back: the revocation workflow ended; its result is read')
  if (last && last.target?.mode === mode && !(last.state === 'succeeded' && mode === 'make-current')) {
    const failures = runs.length - runs.findLastIndex((run) => run.target?.mode !== mode) - 1
    if (failures >= MOST_FAILURES)
      return {
        act: 'wait',
        stage: 'person',
        note: `rolled back: the revocation workflow failed ${failures} times; the version is as it was`,
      }
    if (Date.parse(now) - Date.parse(last.finishedAt ?? last.requestedAt) < RETRY_MS)
      return wait(
        `rolled back: the revocation workflow failed; it is started again in ${RETRY_MS / MINUTE} min`,
      )
  }
  return { act: mode, note: 'a person decided to roll back to it' }
}
