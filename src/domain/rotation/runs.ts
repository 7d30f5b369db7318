import type { Secret, SecretVersion } from '#domain/tokens/secret'
import { currentVersion } from '#domain/tokens/secret'
import { assertNotClosed, assertOpen, type Decision, unchanged } from './decision.ts'
import type { Environment } from './environments.ts'
import { BOT_ACTOR, type NewEvent } from './events.ts'
import { Refusal } from './refusal.ts'
import {
  type Instant,
  isRunning,
  latestRun,
  type Rotation,
  type RotationToken,
  type Run,
  type RunKind,
  rotationLabel,
  STEP_OF_RUN,
} from './rotation.ts'
import { openSteps, waitsFor } from './turn.ts'

/** The old version must be gone this long after the new one became current (runbook, step 3). */
export const REVOKE_WITHIN_HOURS = 24

/** The same for a rotation: at once where the tokens themselves may be in somebody else's hands. */
export const revokeWithinHours = ({ trigger }: Pick<Rotation, 'trigger'>): number =>
  trigger === 'credential-anomaly' ? 0 : REVOKE_WITHIN_HOURS

/** What the run's name in the CI carries, so that it is found again: `R42`, and `R42.2` for the second attempt. */
export const runMark = (rotationId: number, attempt: number): string =>
  attempt === 1 ? rotationLabel(rotationId) : `${rotationLabel(rotationId)}.${attempt}`

/** Whether a run's title carries this mark and no longer one (`R42` is not in `R42.2` nor in `R421`). */
export const carriesMark = (title: string, mark: string): boolean =>
  title.split(/\s+/).some((word) => word === mark)

/** What is asked for: a rotation, or a deployment or smoke test in an environment. */
export interface RunRequest extends Pick<Run, 'kind' | 'system'> {
  environment: Environment | null
}

/** Part of an event only where a run has an environment. */
const placeOf = ({ environment }: Pick<Run, 'environment'>): { environment?: string } =>
  environment === null ? {} : { environment }

/**
 * What is deployed to after the sign-offs waits for them; everything else for its step.
 *
 * @throws Refusal `rotation-closed`, `step-not-open`, `not-promoting`
 */
function assertStartable(rotation: Rotation, kind: RunKind, environment: Environment | null): void {
  if (environment?.deploy === 'after-sign-off') {
    assertNotClosed(rotation)
    if (rotation.status !== 'promoting') throw new Refusal('not-promoting', { environment: environment.name })
    return
  }
  assertOpen(rotation)
  const step = STEP_OF_RUN[kind]
  if (!openSteps(rotation).includes(step))
    throw new Refusal('step-not-open', { step, waitsFor: waitsFor(rotation, step) })
}

/**
 * Asks for a workflow run.
 *
 * @throws Refusal `rotation-closed`, `step-not-open`, `not-promoting`, `run-in-progress`
 */
export function requestRun(
  rotation: Rotation,
  { kind, system, environment }: RunRequest,
  by: string,
  at: Instant,
): Decision {
  assertStartable(rotation, kind, environment)
  const last = latestRun(rotation, kind, environment?.name)
  // Slack may deliver a click twice.
  if (last && isRunning(last) && last.requestedBy === by && last.state === 'requested')
    return unchanged(rotation)
  if (last && isRunning(last)) throw new Refusal('run-in-progress', { kind, url: last.url })
  // Over all environments, so that the title of each run is unlike every other's.
  const attempt = (latestRun(rotation, kind)?.attempt ?? 0) + 1
  const run: Run = {
    kind,
    environment: environment?.name ?? null,
    system,
    attempt,
    requestedBy: by,
    requestedAt: at,
    state: 'requested',
    runId: null,
    url: null,
    conclusion: null,
    startedAt: null,
    finishedAt: null,
  }
  return {
    rotation: { ...rotation, runs: [...rotation.runs, run] },
    events: [
      {
        type: 'run-requested',
        rotationId: rotation.id,
        actor: by,
        at,
        data: { kind, attempt, system, ...placeOf(run) },
      },
    ],
  }
}

/**
 * After a run that stopped half-way only the rest is rotated: a second new version would push the old one out of what the
 * tags speak for. When every token has its new version, and it is asked for again, all are.
 */
export function secretsToRotate({ tokens }: Pick<Rotation, 'tokens'>): string[] {
  const left = tokens.filter((token) => token.newVersionId === null)
  return (left.length > 0 ? left : tokens).map((token) => token.secret)
}

const MINUTE = 60_000
/** A run that the CI does not show after this long never will: refused, misnamed, dropped, or deleted. */
const LOST_AFTER_MINUTES = 15

/** Whether a run that the CI does not show was asked for so long ago that it will not appear any more. */
export const isLost = (run: Run, now: Instant): boolean =>
  run.system === 'ci' &&
  isRunning(run) &&
  Date.parse(now) - Date.parse(run.requestedAt) > LOST_AFTER_MINUTES * MINUTE

/**
 * Gives a run up that never appeared, or that somebody deleted before its end was seen, so that it can be asked for
 * again or carried past by hand.
 */
export function loseRun(
  rotation: Rotation,
  { kind, attempt, runId }: Pick<Run, 'kind' | 'attempt' | 'runId'>,
  at: Instant,
): Decision {
  const run = rotation.runs.find((each) => each.kind === kind && each.attempt === attempt)
  // Another process may have seen it meanwhile.
  if (!run || !isRunning(run) || run.runId !== runId) return unchanged(rotation)
  const conclusion = runId === null ? 'never appeared in the CI' : 'is no longer in the CI'
  const after: Run = { ...run, state: 'failed', conclusion }
  const { requestedBy, system } = run
  const data = {
    kind,
    attempt,
    succeeded: false,
    conclusion,
    url: null,
    requestedBy,
    system,
    ...placeOf(run),
  }
  return {
    rotation: { ...rotation, runs: rotation.runs.map((each) => (each === run ? after : each)) },
    events: [{ rotationId: rotation.id, actor: BOT_ACTOR, at, type: 'run-finished', data }],
  }
}

/** A run as its system shows it. */
export type RunObservation = Pick<Run, 'state' | 'runId' | 'url' | 'conclusion' | 'startedAt' | 'finishedAt'>

/** Takes over what its system shows of a run; nothing changes once it has ended. */
export function observeRun(
  rotation: Rotation,
  { kind, attempt }: Pick<Run, 'kind' | 'attempt'>,
  seen: RunObservation,
  at: Instant,
): Decision {
  const run = rotation.runs.find((each) => each.kind === kind && each.attempt === attempt)
  if (!run || !isRunning(run) || (run.state === seen.state && run.runId === seen.runId))
    return unchanged(rotation)
  const after: Run = { ...run, ...seen }
  const common = { rotationId: rotation.id, actor: BOT_ACTOR, at }
  const { runId, url } = seen
  const { requestedBy, system } = run
  const events: NewEvent[] = []
  if (run.runId === null && runId !== null && url !== null)
    events.push({ ...common, type: 'run-started', data: { kind, attempt, runId, url, ...placeOf(run) } })
  if (!isRunning(after)) {
    const succeeded = after.state === 'succeeded'
    const conclusion = after.conclusion ?? after.state
    events.push({
      ...common,
      type: 'run-finished',
      data: { kind, attempt, succeeded, conclusion, url, requestedBy, system, ...placeOf(run) },
    })
  }
  return {
    rotation: { ...rotation, runs: rotation.runs.map((each) => (each === run ? after : each)) },
    events,
  }
}

/**
 * Notes which version each token had when the rotation began, and which tokens have a new current version,
 * created after it began.
 */
export function observeVersions(rotation: Rotation, secrets: Secret[]): Rotation {
  const byName = new Map(secrets.map((secret) => [secret.name, secret]))
  let changed = false
  const tokens = rotation.tokens.map((token) => {
    const secret = byName.get(token.secret)
    const current = secret && currentVersion(secret)
    if (!current) return token
    const isNew = current.createdAt >= rotation.openedAt
    const seen = isNew
      ? { newVersionId: current.id, newVersionAt: current.createdAt }
      : previousOf(token, current)
    const after = { ...token, ...seen }
    if (after.newVersionId === token.newVersionId && after.previousVersionId === token.previousVersionId)
      return token
    changed = true
    return after
  })
  return changed ? { ...rotation, tokens } : rotation
}

/** The first version that was seen stays: it is what the rotation replaces. */
const previousOf = (
  { previousVersionId, previousVersionAt }: RotationToken,
  current: SecretVersion,
): Pick<RotationToken, 'previousVersionId' | 'previousVersionAt'> =>
  previousVersionId === null
    ? { previousVersionId: current.id, previousVersionAt: current.createdAt }
    : { previousVersionId, previousVersionAt }
