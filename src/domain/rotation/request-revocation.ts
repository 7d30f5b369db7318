import type { Decision } from './decision.ts'
import { BOT_ACTOR } from './events.ts'
import { newRun } from './new-run.ts'
import {
  type Instant,
  isRunning,
  latestRun,
  type RevocationTarget,
  type Rotation,
  type Run,
} from './rotation.ts'

/** What the revocation workflow is started for; all versions are of one environment. */
export interface RevocationRequest extends RevocationTarget {
  environment: string
}

/** The revocation runs that act on a version, oldest first. */
export const revocationRuns = (
  { runs }: Pick<Rotation, 'runs'>,
  { secret, versionId }: { secret: string; versionId: string },
): Run[] =>
  runs
    .filter((run) =>
      run.target?.versions.some((each) => each.secret === secret && each.versionId === versionId),
    )
    .sort((a, b) => a.attempt - b.attempt)

/**
 * Asks for a run of the revocation workflow, also for a rotation that was aborted: its old versions are tracked on. Versions that a
 * run acts on already are left out; nothing changes when none is left.
 */
export function requestRevocation(
  rotation: Rotation,
  { environment, mode, versions }: RevocationRequest,
  at: Instant,
  by: string = BOT_ACTOR,
): Decision {
  const free = versions.filter((version) => !revocationRuns(rotation, version).some(isRunning))
  if (free.length === 0) return { rotation, events: [] }
  const attempt = (latestRun(rotation, 'revoke')?.attempt ?? 0) + 1
  const asked = { requestedBy: by, requestedAt: at, target: { mode, versions: free } }
  const run = newRun({ kind: 'revoke', environment, system: 'ci', attempt, ...asked })
  return {
    rotation: { ...rotation, runs: [...rotation.runs, run] },
    events: [
      {
        type: 'run-requested',
        rotationId: rotation.id,
        actor: by,
        at,
        data: { kind: 'revoke', attempt, system: 'ci', environment, mode, versions: free },
      },
    ],
  }
}
