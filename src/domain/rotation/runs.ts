import type { Barred } from '#domain/time/windows'
import type { Secret, SecretVersion } from '#domain/tokens/secret'
import { currentVersion } from '#domain/tokens/secret'
import { assertNotClosed, assertOpen, type Decision, unchanged } from './decision.ts'
import { mayPromote } from './early-deployment.ts'
import { type Environment, isInScope } from './environments.ts'
import { BOT_ACTOR, type NewEvent } from './events.ts'
import { newRun } from './new-run.ts'
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
import { windowException } from './window-exception.ts'

/** The mark in the run's title in the CI: `R42`, and `R42.2` for the second attempt. */
export const runMark = (rotationId: number, attempt: number): string =>
  attempt === 1 ? rotationLabel(rotationId) : `${rotationLabel(rotationId)}.${attempt}`

/** Whether a title contains exactly this mark: `R42` is in `Rotate [R42]`, but not in `R42.2`, `R421` or `R42-eu`. */
export const hasMark = (title: string, mark: string): boolean =>
  title.split(/[^\p{L}\p{N}_.-]+/u).some((word) => word.replace(/\.+$/, '') === mark)

/** What is asked for: a rotation, or a deployment or smoke test in an environment. */
export interface RunRequest extends Pick<Run, 'system'> {
  kind: Exclude<RunKind, 'revoke'>
  environment: Environment | null
  /** What keeps the environment from being deployed to now. */
  barred?: Barred | null
  /** Why it is deployed to all the same. */
  reason?: string
}

/** Part of an event only where a run has an environment. */
export const placeOf = ({ environment }: Pick<Run, 'environment'>): { environment?: string } =>
  environment === null ? {} : { environment }

/** What keeps something from being done while a run is in progress. @param isSame whether that very run was asked for */
export const runInProgress = ({ kind, environment, url }: Run, { isSame }: { isSame: boolean }) =>
  new Refusal('run-in-progress', { kind, environment, url, isSame })

/**
 * What is deployed to after the sign-offs waits for them; everything else for its step.
 *
 * @throws Refusal `rotation-closed`, `step-not-open`, `not-promoting`
 */
export function assertStartable(
  rotation: Rotation,
  kind: RunRequest['kind'],
  environment: Environment | null,
): void {
  if (environment?.deploy === 'after-sign-off') {
    assertNotClosed(rotation)
    if (!mayPromote(rotation, environment.name))
      throw new Refusal('not-promoting', { environment: environment.name })
    return
  }
  assertOpen(rotation)
  const step = STEP_OF_RUN[kind]
  if (step !== null && !openSteps(rotation).includes(step))
    throw new Refusal('step-not-open', { step, waitsFor: waitsFor(rotation, step) })
}

/**
 * Asks for a workflow run.
 *
 * @throws Refusal `rotation-closed`, `step-not-open`, `not-promoting`, `not-in-scope`, `run-in-progress`, `window-closed`,
 *   `window-reason-missing`
 */
export function requestRun(
  rotation: Rotation,
  { kind, system, environment, barred = null, reason = '' }: RunRequest,
  by: string,
  at: Instant,
): Decision {
  assertStartable(rotation, kind, environment)
  if (environment && !isInScope(rotation, environment))
    throw new Refusal('not-in-scope', { environment: environment.name })
  const last = latestRun(rotation, kind, environment?.name)
  // Slack may deliver a click twice.
  if (last && isRunning(last) && last.requestedBy === by && last.state === 'requested')
    return unchanged(rotation)
  // One deployment at a time: what fails in one environment is known before the next is touched.
  const running = kind === 'deploy' ? rotation.runs.find((run) => run.kind === kind && isRunning(run)) : last
  if (running && isRunning(running)) throw runInProgress(running, { isSame: running === last })
  const windowReason =
    kind === 'deploy' && environment ? windowException(rotation, environment.name, barred, reason) : null
  // Over all environments, so that the title of each run is unlike every other's.
  const attempt = (latestRun(rotation, kind)?.attempt ?? 0) + 1
  const place = environment?.name ?? null
  const asked = { requestedBy: by, requestedAt: at, windowReason }
  const run = newRun({ kind, environment: place, system, attempt, ...asked })
  return {
    rotation: { ...rotation, runs: [...rotation.runs, run] },
    events: [
      {
        type: 'run-requested',
        rotationId: rotation.id,
        actor: by,
        at,
        data: { kind, attempt, system, ...placeOf(run), ...(windowReason !== null && { windowReason }) },
      },
    ],
  }
}

/** After an interrupted run only the rest: a second new version would hide the old one from the tags. */
export function secretsToRotate({ tokens: all }: Pick<Rotation, 'tokens'>): string[] {
  // A token that was rolled back waits for the next rotation.
  const tokens = all.filter((token) => token.rollback === null)
  const left = tokens.filter((token) => token.newVersionId === null)
  return (left.length > 0 ? left : tokens).map((token) => token.secret)
}

/** The smoke suite follows a deployment that has just succeeded, where the environment has one, for whoever asked for it. */
export function smokeAfter(
  decision: Decision,
  { kind, attempt, requestedBy }: Pick<Run, 'kind' | 'attempt' | 'requestedBy'>,
  environment: Environment | undefined,
  at: Instant,
): Decision {
  const { rotation, events } = decision
  const run = rotation.runs.find((each) => each.kind === kind && each.attempt === attempt)
  const hasEnded = events.some((event) => event.type === 'run-finished')
  if (kind !== 'deploy' || !environment?.smoke || !hasEnded || run?.state !== 'succeeded') return decision
  try {
    const next = requestRun(rotation, { kind: 'smoke', system: 'ci', environment }, requestedBy, at)
    return { rotation: next.rotation, events: [...events, ...next.events] }
  } catch (error) {
    // The step was completed or reopened meanwhile, or a smoke test is running: nothing follows.
    if (error instanceof Refusal) return decision
    throw error
  }
}

export type RunObservation = Pick<
  Run,
  'state' | 'runId' | 'url' | 'conclusion' | 'startedAt' | 'finishedAt'
> & {
  /** Absent where the system does not count. */
  runAttempt?: number
  /** The CI's name of who started this attempt. */
  startedBy?: string
}

export function observeRun(
  rotation: Rotation,
  { kind, attempt }: Pick<Run, 'kind' | 'attempt'>,
  seen: RunObservation,
  at: Instant,
): Decision {
  const run = rotation.runs.find((each) => each.kind === kind && each.attempt === attempt)
  if (!run || !isRunning(run) || (run.state === seen.state && run.runId === seen.runId))
    return unchanged(rotation)
  const { runAttempt = run.runAttempt, state, conclusion, startedAt, finishedAt } = seen
  const after: Run = {
    ...run,
    state,
    runId: seen.runId,
    url: seen.url,
    conclusion,
    startedAt,
    finishedAt,
    runAttempt,
    approval: state === 'waiting' ? run.approval : null,
  }
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

/** Records each token's version when the rotation began, and current versions created since. */
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

const previousOf = (
  { previousVersionId, previousVersionAt }: RotationToken,
  current: SecretVersion,
): Pick<RotationToken, 'previousVersionId' | 'previousVersionAt'> =>
  previousVersionId === null
    ? { previousVersionId: current.id, previousVersionAt: current.createdAt }
    : { previousVersionId, previousVersionAt }
