import type { PageState } from '#domain/ports/pager'
import type { CheckId, CheckPhase } from '#domain/rotation/checks'
import { sha256 } from '#domain/rotation/evidence'
import {
  type Instant,
  isClosed,
  latestRun,
  ROLE_TITLES,
  type Rotation,
  RUN_KINDS,
  type Run,
  type Severity,
  STEP_OF_RUN,
  stepOf,
} from '#domain/rotation/rotation'
import { waitingSince } from '#domain/rotation/sign-off-waits'
import type { StepId } from '#domain/rotation/steps'
import { isPhaseOpen, missingRoles } from '#domain/rotation/turn'
import { type EscalationCause, isCause } from './escalation-cause.ts'

/** One occurrence of a cause: on-call is called once for it, however often it is looked at. */
export interface Occurrence {
  cause: EscalationCause
  /** Tells it from another of the same cause, such as `rotate:1`. */
  occurrence: string
  severity: Severity
  /** What is wrong, one sentence, with what people and systems wrote in it. */
  reason: string
}

/** People on call were called, and this is how it stands. */
export interface Escalation extends Occurrence {
  id: number
  /** Null when it is about tokens and no rotation. */
  rotationId: number | null
  /** Whether anybody is rung: a drill rings nobody unless it was asked to. */
  notifies: boolean
  /** The `dedup_key` of its page. */
  pageKey: string
  /** Slack user id, or `bot`. */
  openedBy: string
  openedAt: Instant
  acknowledgedAt: Instant | null
  /** Slack user id, or the name that the pager knows. */
  acknowledgedBy: string | null
  resolvedAt: Instant | null
  resolvedReason: string | null
  /** As the pager was last seen to show it; null before. */
  pageState: PageState | null
  pageUrl: string | null
}

export const isOpenEscalation = (escalation: Pick<Escalation, 'resolvedAt'>): boolean =>
  escalation.resolvedAt === null

/** What is looked at to find out whether on-call is needed. */
export interface EscalationInput {
  rotation: Rotation
  /** The checks whose newest results all failed. */
  streaks: FailureStreak[]
  /** Old versions that outlive their deadline, each with the sentence that says so. */
  overdue: { version: string; sentence: string }[]
  /** What on-call was called for before. */
  known: Pick<Escalation, 'cause' | 'occurrence' | 'resolvedAt'>[]
  now: Instant
  limits: EscalationLimits
}

export interface EscalationLimits {
  /** A check is hopeless when it failed this often in a row … */
  checkFailures: number
  /** … over at least this long, in minutes. */
  checkMinutes: number
  /** A signature may be missing for this long, in hours. */
  signOffHours: number
}

/** A check that failed again and again, without having passed in between. */
export interface FailureStreak {
  check: CheckId
  step: CheckPhase
  title: string
  /** The newest result's sentence. */
  sentence: string
  count: number
  since: Instant
  until: Instant
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** Every automatic cause, and what there is of it now. All are severity P1 (runbook, Exception Handling). */
const FINDERS: Partial<
  Record<EscalationCause, (input: EscalationInput) => Omit<Occurrence, 'cause' | 'severity'>[]>
> = {
  'run-failed': failedRuns,
  'check-failed': failedChecks,
  'revocation-overdue': overdueVersions,
  'sign-off-waiting': waitingSignOffs,
}

/** Whether the machine can tell that a cause is gone; people say so of the others, or close the rotation. */
export const isAutomatic = (cause: EscalationCause): boolean => FINDERS[cause] !== undefined

/** The causes that hold now. Only an old version's deadline holds beyond the end of its rotation. */
export function occurrencesOf(input: EscalationInput): Occurrence[] {
  return Object.entries(FINDERS).flatMap(([cause, find]) =>
    isCause(cause) && (!isClosed(input.rotation) || cause === 'revocation-overdue')
      ? find(input).map((found) => ({ ...found, cause, severity: 'P1' as const }))
      : [],
  )
}

const RUN_WORDS = {
  rotate: 'The rotation workflow',
  deploy: 'The deployment to staging',
  smoke: 'The smoke test',
} as const satisfies Record<Run['kind'], string>

/**
 * A run of an open step that failed. It stays one occurrence, and its page open, until a run succeeds or the step is
 * done: asking for it again is no cure yet.
 */
function failedRuns({ rotation }: EscalationInput) {
  return RUN_KINDS.flatMap((kind) => {
    if (stepOf(rotation, STEP_OF_RUN[kind]).completion) return []
    const runs = rotation.runs.filter((run) => run.kind === kind)
    const since = runs.slice(runs.findLastIndex((run) => run.state === 'succeeded') + 1)
    const first = since.find((run) => run.state === 'failed')
    const last = since.findLast((run) => run.state === 'failed')
    if (!first || !last) return []
    const how = last.conclusion && last.conclusion !== 'failure' ? ` (${last.conclusion})` : ''
    const what = last.system === 'ci' ? RUN_WORDS[kind] : 'The rotation by the secrets manager'
    return [{ occurrence: `${kind}:${first.attempt}`, reason: `${what} failed${how}.` }]
  })
}

/** The hopeless checks of a step are one occurrence while any of them is: nobody is called twice for one thing. */
function failedChecks(input: EscalationInput) {
  const byStep = Map.groupBy(
    input.streaks.filter((streak) => isPersistentlyFailing(input, streak)),
    (streak) => streak.step,
  )
  return [...byStep].map(([step, streaks]) => {
    const since = streaks.map((streak) => streak.since).sort()[0]
    const told = streaks.map(
      ({ title, count, sentence }) => `“${title}” failed ${count} times in a row: ${sentence}`,
    )
    return {
      occurrence: standing(input, 'check-failed', `${step}:`) ?? `${step}:${since}`,
      reason: told.join(' · '),
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

/** All old versions of a rotation that outlive their deadline are one occurrence while any of them does. */
function overdueVersions(input: EscalationInput) {
  const [first] = input.overdue
  if (!first) return []
  const count = input.overdue.length
  const what = `${count} old ${count === 1 ? 'version' : 'versions'} should be revoked by now, and nothing proves that`
  const reason = `${what}: ${input.overdue.map((each) => each.sentence).join(' · ')}`
  return [{ occurrence: standing(input, 'revocation-overdue', '') ?? first.version, reason }]
}

/** The occurrence that on-call was called for and that is not over. */
const standing = ({ known }: EscalationInput, cause: EscalationCause, prefix: string): string | undefined =>
  known.find((each) => isOpenEscalation(each) && each.cause === cause && each.occurrence.startsWith(prefix))
    ?.occurrence

function waitingSignOffs({ rotation, now, limits }: EscalationInput) {
  const since = waitingSince(rotation)
  if (!since || Date.parse(now) - Date.parse(since) < limits.signOffHours * HOUR) return []
  const roles = missingRoles(rotation).map((role) => ROLE_TITLES[role])
  return [
    {
      occurrence: `round:${rotation.round}`,
      reason: `The signature of the ${roles.join(' and of the ')} has been missing for more than ${limits.signOffHours} h.`,
    },
  ]
}

/** When the machine should look again at a check that failed, or null when it should not. */
export function retryAt(
  rotation: Rotation,
  streak: FailureStreak,
  { checkFailures, checkMinutes }: EscalationLimits,
): Instant | null {
  const running = latestRun(rotation, 'rotate')?.state
  if (
    !isPhaseOpen(rotation, streak.step) ||
    running === 'requested' ||
    running === 'queued' ||
    running === 'running'
  )
    return null
  const between = (checkMinutes * MINUTE) / Math.max(1, checkFailures - 1)
  // On-call is called by then; what is mended is noticed all the same.
  const distance = streak.count < checkFailures ? between : Math.max(between, HOUR)
  return new Date(Date.parse(streak.until) + distance).toISOString()
}

/** What the pager knows an occurrence by. The moment keeps two databases apart that count rotations alike. */
export const pageKeyOf = (
  subject: string,
  { cause, occurrence }: Pick<Occurrence, 'cause' | 'occurrence'>,
  at: Instant,
) => `rotation/${subject}/${cause}/${sha256(`${subject} ${cause} ${occurrence} ${at}`).slice(0, 16)}`

const SEVERITY_WORDS = { P1: 'critical', P2: 'error', P3: 'warning' } as const

export const pageSeverity = (severity: Severity) => SEVERITY_WORDS[severity]
