import type { PageState } from '#domain/ports/pager'
import type { CheckId, CheckPhase } from '#domain/rotation/checks'
import { isOpenRun } from '#domain/rotation/follow-run'
import {
  type Instant,
  isClosed,
  isRunning,
  latestRun,
  ROLE_TITLES,
  type Rotation,
  type Run,
  type Severity,
} from '#domain/rotation/rotation'
import { waitingSince } from '#domain/rotation/sign-off-waits'
import { isPhaseOpen, missingRoles } from '#domain/rotation/turn'
import {
  type DeadlineInput,
  missingDecisions,
  missingDeployments,
  overdueVersions,
  unsignedBeforeDeadline,
} from './deadline-occurrences.ts'
import { type EscalationCause, isCause } from './escalation-cause.ts'
import { namedOccurrence } from './known-calls.ts'

/** One occurrence of a cause. On-call is paged once for it. */
export interface Occurrence {
  cause: EscalationCause
  /** Distinguishes occurrences of one cause, such as `rotate:1`. */
  occurrence: string
  severity: Severity
  /** What is wrong, one sentence; contains untrusted text. */
  reason: string
}

export interface Escalation extends Occurrence {
  id: number
  /** Null for token escalations without a rotation. */
  rotationId: number | null
  /** Whether it notifies anybody: a drill does not unless asked to. */
  notifies: boolean
  pageKey: string
  openedBy: string
  openedAt: Instant
  acknowledgedAt: Instant | null
  /** Slack user id, or the name in the pager. */
  acknowledgedBy: string | null
  resolvedAt: Instant | null
  resolvedReason: string | null
  /** The state last read from the pager; null before the first reading. */
  pageState: PageState | null
  pageUrl: string | null
}

export const isOpenEscalation = (escalation: Pick<Escalation, 'resolvedAt'>): boolean =>
  escalation.resolvedAt === null

export interface EscalationInput extends DeadlineInput {
  streaks: FailureStreak[]
  limits: EscalationLimits
}

export interface EscalationLimits {
  /** A check fails persistently after this many failures in a row … */
  checkFailures: number
  /** … over at least this many minutes. */
  checkMinutes: number
  signOffHours: number
}

export interface FailureStreak {
  check: CheckId
  step: CheckPhase
  title: string
  sentence: string
  count: number
  since: Instant
  until: Instant
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** Every automatic cause and how to find it. All are severity P1 (runbook, Exception Handling). */
const FINDERS: Partial<
  Record<EscalationCause, (input: EscalationInput) => Omit<Occurrence, 'cause' | 'severity'>[]>
> = {
  'run-failed': failedRuns,
  'check-failed': failedChecks,
  'revocation-overdue': overdueVersions,
  'sign-off-waiting': waitingSignOffs,
  'deployment-missing': missingDeployments,
  'decision-missing': missingDecisions,
  'run-waiting': waitingRuns,
}

/** Old versions outlive their rotation, and so do calls about them. */
const OUTLIVES_ROTATION: ReadonlySet<EscalationCause> = new Set([
  'revocation-overdue',
  'deployment-missing',
  'decision-missing',
])

/** Whether a call goes on after its rotation was completed or aborted. */
export const outlivesRotation = (cause: EscalationCause): boolean => OUTLIVES_ROTATION.has(cause)

/** Whether the bot resolves a cause by itself; people resolve the others, or close the rotation. */
export const isAutomatic = (cause: EscalationCause): boolean => FINDERS[cause] !== undefined

/** The causes present now. */
export function occurrencesOf(input: EscalationInput): Occurrence[] {
  return Object.entries(FINDERS).flatMap(([cause, find]) =>
    isCause(cause) && (!isClosed(input.rotation) || outlivesRotation(cause))
      ? find(input).map((found) => ({ ...found, cause, severity: 'P1' as const }))
      : [],
  )
}

const RUN_WORDS: Record<Run['kind'], (environment: string) => string> = {
  rotate: () => 'The rotation workflow',
  deploy: (environment) => `The deployment to ${environment}`,
  smoke: (environment) => `The smoke test in ${environment}`,
  revoke: (environment) => `The revocation workflow for ${environment}`,
}

/** Failed runs, by environment; one occurrence until a run succeeds, or what it belongs to is done. */
function failedRuns(input: EscalationInput) {
  const { rotation } = input
  const open = rotation.runs.filter((run) => isOpenRun(rotation, run))
  const groups = Map.groupBy(open, (run) => `${run.kind} ${run.environment}`)
  return [...groups.values()].flatMap((runs) => {
    const since = runs.slice(runs.findLastIndex((run) => run.state === 'succeeded') + 1)
    const first = since.find((run) => hasFailed(input, run))
    const last = since.findLast((run) => hasFailed(input, run))
    if (!first || !last) return []
    const how = last.conclusion && last.conclusion !== 'failure' ? ` (${last.conclusion})` : ''
    const what =
      last.system === 'ci'
        ? RUN_WORDS[last.kind](last.environment ?? '')
        : 'The rotation by the secrets manager'
    return [{ occurrence: occurrenceOf(first), reason: `${what} failed${how}.` }]
  })
}

/** One that is run again under the same id has still failed until its new attempt succeeds. */
const hasFailed = (input: EscalationInput, run: Run): boolean =>
  run.state === 'failed' ||
  (isRunning(run) &&
    run.runAttempt > 1 &&
    input.known.some(
      (each) =>
        isOpenEscalation(each) && each.cause === 'run-failed' && each.occurrence === occurrenceOf(run),
    ))

const occurrenceOf = ({ kind, attempt }: Run): string => `${kind}:${attempt}`

/** Runs that wait for an approval in the CI, each for as long as a sign-off may wait. */
function waitingRuns({ rotation, now, limits }: EscalationInput) {
  return rotation.runs.flatMap((run) => {
    const since = run.state === 'waiting' ? run.approval?.since : undefined
    if (since === undefined || Date.parse(now) - Date.parse(since) < limits.signOffHours * HOUR) return []
    const { kind, environment, runAttempt, approval } = run
    const reviewers = approval?.reviewers ?? []
    const whose = reviewers.length > 0 ? ` by ${reviewers.join(' or ')}` : ''
    return [
      {
        occurrence: `${occurrenceOf(run)}:${runAttempt}`,
        reason: `${RUN_WORDS[kind](environment ?? '')} has waited for more than ${limits.signOffHours} h for an approval${whose} in GitHub.`,
      },
    ]
  })
}

/** One occurrence per step, so that several failing checks page only once. */
function failedChecks(input: EscalationInput) {
  const byStep = Map.groupBy(
    input.streaks.filter((streak) => isPersistentlyFailing(input, streak)),
    (streak) => streak.step,
  )
  return [...byStep].map(([step, streaks]) => {
    const since = streaks.map((streak) => streak.since).sort()[0]
    const reasons = streaks.map(
      ({ title, count, sentence }) => `“${title}” failed ${count} times in a row: ${sentence}`,
    )
    return {
      occurrence: openOccurrence(input, 'check-failed', `${step}:`) ?? `${step}:${since}`,
      reason: reasons.join(' · '),
    }
  })
}

const isPersistentlyFailing = (
  { rotation, now, limits }: EscalationInput,
  { check, step, count, since }: FailureStreak,
): boolean =>
  isPhaseOpen(rotation, step) &&
  count >= limits.checkFailures &&
  Date.parse(now) - Date.parse(since) >= limits.checkMinutes * MINUTE &&
  !rotation.exceptions.some(
    (each) => each.check === check && each.round === rotation.round && each.at >= since,
  )

const openOccurrence = (
  { known }: EscalationInput,
  cause: EscalationCause,
  prefix: string,
): string | undefined =>
  known.find((each) => isOpenEscalation(each) && each.cause === cause && each.occurrence.startsWith(prefix))
    ?.occurrence

/** One occurrence a round; another shortly before the deadline of old versions that agents need until production is deployed. */
function waitingSignOffs(input: EscalationInput) {
  const urgent = unsignedBeforeDeadline(input)
  if (urgent.length > 0) return urgent
  const { rotation, known, now, limits } = input
  const since = waitingSince(rotation)
  if (!since || Date.parse(now) - Date.parse(since) < limits.signOffHours * HOUR) return []
  const roles = missingRoles(rotation).map((role) => ROLE_TITLES[role])
  return [
    {
      occurrence: namedOccurrence(known, 'sign-off-waiting', `round:${rotation.round}`),
      reason: `The signature of the ${roles.join(' and of the ')} has been missing for more than ${limits.signOffHours} h.`,
    },
  ]
}

export function retryAt(
  rotation: Rotation,
  streak: FailureStreak,
  { checkFailures, checkMinutes }: EscalationLimits,
): Instant | null {
  if (!isPhaseOpen(rotation, streak.step) || isRunning(latestRun(rotation, 'rotate'))) return null
  const between = (checkMinutes * MINUTE) / Math.max(1, checkFailures - 1)
  // On-call has been paged by now; keep checking hourly so that a fix is noticed.
  const distance = streak.count < checkFailures ? between : Math.max(between, HOUR)
  return new Date(Date.parse(streak.until) + distance).toISOString()
}

const SEVERITY_WORDS = { P1: 'critical', P2: 'error', P3: 'warning' } as const

export const pageSeverity = (severity: Severity) => SEVERITY_WORDS[severity]
