import type { Rotation } from '#domain/rotation/rotation'

/** The old version must be revoked this long after the new one became current (runbook, step 3). */
export const REVOKE_WITHIN_HOURS = 24

/** A leaked version that is still in use: on-call decides after this long, because disabling it stops agents. */
export const LEAKED_WITHIN_HOURS = 4

/** Disabled at once by a person's decision: the rest of the time is for the run, the watch and the proof. */
const DISABLED_NOW_WITHIN_HOURS = 1

/**
 * How many hours an old version may live. Where tokens may have leaked, the workflow revokes them at once. The bot disables them
 * when their environment runs on the new ones, or at once where a person decided that.
 */
export function revokeWithinHours({
  trigger,
  revoker,
  disableNowBy,
}: Pick<Rotation, 'trigger' | 'revoker' | 'disableNowBy'>): number {
  if (trigger !== 'credential-anomaly') return REVOKE_WITHIN_HOURS
  if (revoker === 'workflow') return 0
  return disableNowBy === null ? LEAKED_WITHIN_HOURS : DISABLED_NOW_WITHIN_HOURS
}

/** The longest that a deadline can be extended in total, in days after the replacement. */
export const EXTENDED_AT_MOST_DAYS = 7
