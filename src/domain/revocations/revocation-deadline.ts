import type { Rotation } from '#domain/rotation/rotation'

/** The old version must be revoked this long after the new one became current (runbook, step 3). */
export const REVOKE_WITHIN_HOURS = 24

/** At once where tokens may have leaked. */
export const revokeWithinHours = ({ trigger }: Pick<Rotation, 'trigger'>): number =>
  trigger === 'credential-anomaly' ? 0 : REVOKE_WITHIN_HOURS
