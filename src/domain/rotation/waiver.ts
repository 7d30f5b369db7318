import { Refusal } from './refusal.ts'
import type { Instant, Role, Rotation } from './rotation.ts'
import { hasWorkedOn } from './separation-of-duties.ts'

const DAY = 24 * 60 * 60_000

/** How long an approver may let releases of an environment pass, at most. */
export const LONGEST_WAIVER_DAYS = 7

/** An approver let releases of an environment pass the promotion gate for a time. */
export interface Waiver {
  environment: string
  until: Instant
  reason: string
  role: Role
  /** On whose behalf; absent when the person holds the role. */
  delegateOf?: string
}

/** A waiver as the history has it. */
export interface RecordedWaiver extends Waiver {
  by: string
  at: Instant
}

export interface WaiverRequest {
  environment: string
  until: Instant | null
  reason: string
  by: string
  role: Role
  delegateOf: string | null
  at: Instant
}

/**
 * Decides whether an approver may let releases of an environment pass.
 *
 * @param facts.open rotations that are not closed
 * @param facts.isSealed whether the bot signs the log, without which the gate trusts no row
 * @throws Refusal `unknown-environment`, `log-not-signed`, `waiver-time`, `own-release`
 */
export function decideWaiver(
  { environment, until, reason, by, role, delegateOf, at }: WaiverRequest,
  facts: { environments: readonly string[]; open: readonly Rotation[]; isSealed: boolean },
): Waiver {
  if (!facts.environments.includes(environment)) throw new Refusal('unknown-environment', { environment })
  if (!facts.isSealed) throw new Refusal('log-not-signed', {})
  const ms = until === null ? Number.NaN : Date.parse(until) - Date.parse(at)
  if (until === null || !(ms > 0) || ms > LONGEST_WAIVER_DAYS * DAY)
    throw new Refusal('waiver-time', { days: LONGEST_WAIVER_DAYS })
  const own = facts.open.find(
    (rotation) =>
      rotation.tokens.some((token) => token.environment === environment) &&
      [by, ...(delegateOf ? [delegateOf] : [])].some((each) => hasWorkedOn(rotation, each)),
  )
  if (own) throw new Refusal('own-release', { rotation: own.id })
  return { environment, until, reason, role, ...(delegateOf ? { delegateOf } : {}) }
}

/** The waivers that hold now, the one that lasts longest first, one an environment. */
export function activeWaivers(waivers: readonly RecordedWaiver[], now: Instant): RecordedWaiver[] {
  const active = waivers
    .filter(({ until }) => Date.parse(until) > Date.parse(now))
    .toSorted((a, b) => Date.parse(b.until) - Date.parse(a.until))
  return active.filter(
    (each, index) => active.findIndex((one) => one.environment === each.environment) === index,
  )
}
