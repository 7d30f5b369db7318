import type { Calendar, QuietTimes } from '#domain/time/calendar'
import {
  deployTimes,
  deployWindow,
  type Freeze,
  freezeOn,
  later,
  nextPermitted,
  type Permitted,
  permittedUntil,
  startTimes,
  type Windows,
  workingTimes,
} from '#domain/time/windows'
import type { Environment } from './environments.ts'
import type { Instant, Role } from './rotation.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** How long past rotations took from their start, in milliseconds. */
export interface PastDuration {
  toSignatures: number
  /** Until the last environment after the sign-offs was verified; null where there was none. */
  toPromotion: number | null
}

export interface ForecastInput {
  calendar: Calendar
  windows: Windows
  quiet: QuietTimes
  /** The environments in scope, in the order in which they are deployed to. */
  environments: readonly Environment[]
  past: readonly PastDuration[]
  /** How long old tokens live after the new versions. */
  revokeWithinHours: number
  /** Roles that nobody can sign for, as far as is known. */
  unsignable: readonly Role[]
}

/** What an environment after the sign-offs waits for. */
export interface ExpectedDeployment {
  environment: string
  /** The first moment after the expected signatures; null when there is none within a year. */
  from: Instant | null
  /** The end of its window or the deadline of the old tokens, whichever is first. */
  until: Instant | null
}

/** Why a later start is safer. `environment` is null where people are needed, and no window. */
export type Hazard =
  | { kind: 'nobody-signs'; roles: Role[] }
  /** The deadline falls on a day on which nobody may deploy, or nobody works. */
  | { kind: 'deadline-uncovered'; environment: string | null; freeze: Freeze | null }
  /** The deployment is not expected to be possible an hour before the deadline. */
  | { kind: 'too-late'; environment: string }

export interface Forecast {
  signedBy: Instant | null
  deployments: ExpectedDeployment[]
  /** By when the old tokens are revoked, if the new versions are made at once: later ones only postpone it. */
  revokedBy: Instant
  hazard: Hazard | null
  /** The next start without a hazard; null without a hazard, or when there is none within four weeks. */
  safeStart: Instant | null
  /** How many past rotations it rests on; 0 where it assumes `ASSUMED`. */
  basis: number
}

/** Assumed where no rotation was signed yet. */
export const ASSUMED: Required<{ [Key in keyof PastDuration]: number }> = {
  toSignatures: 4 * HOUR,
  toPromotion: 5 * HOUR,
}

/** A deployment and its verification need this long before the deadline. */
const MARGIN = HOUR
const SEARCHED_HOURS = 28 * 24

const plus = (instant: Instant, ms: number): Instant => new Date(Date.parse(instant) + ms).toISOString()

/** The middle value; of an even number of values the greater of the two in the middle. Undefined for none. */
export const median = (values: readonly number[]): number | undefined =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

/** What will happen if a rotation is started now, and when it would be safer. */
export function forecast(now: Instant, input: ForecastInput): Forecast {
  const expected = expect(now, input)
  const hazard = hazardOf(now, input, expected)
  return {
    ...expected,
    hazard,
    safeStart: hazard && hazard.kind !== 'nobody-signs' ? nextSafeStart(now, input) : null,
    basis: input.past.length,
  }
}

type Expected = Pick<Forecast, 'signedBy' | 'deployments' | 'revokedBy'>

function expect(now: Instant, input: ForecastInput): Expected {
  const { calendar, windows, environments, revokeWithinHours } = input
  const revokedBy = plus(now, revokeWithinHours * HOUR)
  const signedBy = signaturesBy(now, input)
  const deployments = promoted(environments).map(({ name }): ExpectedDeployment => {
    const times = deployTimes(windows, name)
    const from = signedBy && nextPermitted(calendar, signedBy, times)
    const end = from && permittedUntil(calendar, from, times)
    return { environment: name, from, until: end && end < revokedBy ? end : revokedBy }
  })
  return { signedBy, deployments, revokedBy }
}

const promoted = (environments: readonly Environment[]): Environment[] =>
  environments.filter((each) => each.deploy === 'after-sign-off' && each.takes === 'deploy')

/** As long after the start as usual, after step 4 can deploy, and when people work. */
function signaturesBy(now: Instant, { calendar, windows, quiet, environments, past }: ForecastInput) {
  let ready: Instant | null = now
  for (const { name, deploy, takes } of environments)
    if (ready && deploy === 'before-sign-off' && takes === 'deploy')
      ready = nextPermitted(calendar, ready, deployTimes(windows, name))
  const usual = plus(now, median(past.map((each) => each.toSignatures)) ?? ASSUMED.toSignatures)
  return ready && nextPermitted(calendar, later(ready, usual), workingTimes(quiet, windows.freezes))
}

function hazardOf(now: Instant, input: ForecastInput, { signedBy, revokedBy }: Expected): Hazard | null {
  const { calendar, windows, past, environments } = input
  if (input.unsignable.length > 0) return { kind: 'nobody-signs', roles: [...input.unsignable] }
  const usual = median(past.flatMap((each) => each.toPromotion ?? [])) ?? ASSUMED.toPromotion
  const concerned = promoted(environments).map(({ name }): string | null => name)
  for (const environment of concerned.length > 0 ? concerned : [null]) {
    const times = actionTimes(input, environment)
    const day = calendar.dayNumber(revokedBy)
    const acts = nextPermitted(calendar, calendar.at(day, 0), times)
    if (acts === null || acts >= calendar.at(day + 1, 0)) {
      const freeze = freezeOn(calendar, revokedBy, windows.freezes)
      return { kind: 'deadline-uncovered', environment, freeze }
    }
    const done = signedBy && nextPermitted(calendar, later(signedBy, plus(now, usual)), times)
    if (environment !== null && (done === null || plus(done, MARGIN) > revokedBy))
      return { kind: 'too-late', environment }
  }
  return null
}

/** When somebody can act on an environment: in its window, else in working hours. */
const actionTimes = ({ windows, quiet }: ForecastInput, environment: string | null): Permitted =>
  environment !== null && deployWindow(windows, environment)
    ? deployTimes(windows, environment)
    : workingTimes(quiet, windows.freezes)

/** Looks at each hour in which a rotation may start and people work. */
function nextSafeStart(now: Instant, input: ForecastInput): Instant | null {
  const { calendar } = input
  const end = plus(now, SEARCHED_HOURS * HOUR)
  for (let at = startable(now, input); at !== null && at < end; ) {
    if (!hazardOf(at, input, expect(at, input))) return at
    const nextHour = plus(at, HOUR - (calendar.minuteOfDay(at) % 60) * MINUTE)
    at = startable(new Date(Math.floor(Date.parse(nextHour) / MINUTE) * MINUTE).toISOString(), input)
  }
  return null
}

/** The first moment, from `from` on, at which a rotation may start and people work. */
function startable(from: Instant, { calendar, windows, quiet }: ForecastInput): Instant | null {
  const [starts, works] = [startTimes(windows), workingTimes(quiet, windows.freezes)]
  let at: Instant | null = from
  for (let round = 0; at !== null && round < SEARCHED_HOURS; round += 1) {
    const start: Instant | null = nextPermitted(calendar, at, starts)
    const both: Instant | null = start && nextPermitted(calendar, start, works)
    if (both === start) return both
    at = both
  }
  return null
}
