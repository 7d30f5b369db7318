import { currentVersion, type Secret } from '#domain/tokens/secret'
import { sha256 } from './evidence.ts'
import type { Instant, Rotation, Run } from './rotation.ts'
import type { RunObservation } from './runs.ts'

export interface RotateRequest {
  secret: string
  versionId: string
  /** The reason of a refusal, beginning with the secret's name; null otherwise. */
  refused: string | null
  taken: boolean
}

/** Deterministic, so that a repeated request makes no second version; unique also after a lost database. */
export function requestedVersionId(rotation: Rotation, attempt: number, secret: string): string {
  const hex = sha256(`${rotation.id} ${rotation.openedAt} ${attempt} ${secret}`)
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}

const MINUTE = 60_000

/**
 * The state of a rotation by the secrets manager. A secret that is neither done nor refused is in progress
 * until the deadline.
 * @param secrets those of the requested secrets that could be read
 * @param deadlineMinutes how long the secrets manager may take
 */
export function observeRequests(
  run: Run,
  requests: RotateRequest[],
  secrets: Secret[],
  now: Instant,
  deadlineMinutes: number,
): RunObservation {
  const isDone = ({ secret, versionId }: RotateRequest) => {
    const read = secrets.find((each) => each.name === secret)
    return (
      read !== undefined &&
      currentVersion(read)?.id === versionId &&
      !read.versions.some((version) => version.pending)
    )
  }
  const left = requests.filter((request) => !isDone(request))
  const refused = left.filter((request) => request.refused !== null)
  const waiting = left.filter((request) => request.refused === null)
  const late = Date.parse(now) - Date.parse(run.requestedAt) > deadlineMinutes * MINUTE
  const begun = requests.some((request) => request.taken)
  const common = { runId: null, url: null, startedAt: begun ? (run.startedAt ?? now) : null }
  if (left.length === 0) return { ...common, state: 'succeeded', conclusion: 'success', finishedAt: now }
  if (waiting.length > 0 && !late)
    return { ...common, state: begun ? 'running' : 'requested', conclusion: null, finishedAt: null }
  const reasons = [
    ...refused.map((request) => request.refused),
    ...waiting.map((request) => `${request.secret}: not finished within ${deadlineMinutes} min`),
  ]
  const conclusion = `${left.length} of ${requests.length} not rotated; ${reasons.join('; ')}`
  return { ...common, state: 'failed', conclusion, finishedAt: now }
}
