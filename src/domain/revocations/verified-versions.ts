import { isBreakGlass } from '#domain/rotation/break-glass'
import type { Environment } from '#domain/rotation/environments'
import { type Instant, isClosed, type Rotation, stepOf } from '#domain/rotation/rotation'
import { isUnresolved, type Revocation } from './revocation.ts'

/**
 * The old versions that a verified environment no longer needs, whichever rotation replaced them: agents there run on newer ones.
 *
 * @param rotation the one that verified it
 * @param rows unresolved versions of any rotation
 */
export const markVerified = (
  rows: Revocation[],
  rotation: Pick<Rotation, 'tokens'>,
  environments: readonly string[],
  at: Instant,
): Revocation[] =>
  rows
    .filter(
      (row) =>
        isUnresolved(row) &&
        environments.includes(row.environment) &&
        row.replacedAt <= at &&
        rotation.tokens.some((token) => token.secret === row.secret && token.newVersionId !== row.versionId),
    )
    .map((row) => ({ ...row, verifiedAt: at }))

/**
 * Whether nothing may be done to an old version although its environment was verified once: its rotation is no longer approved, or
 * its environment is to be verified again. What a person forced goes on.
 */
export function isOnHold(
  rotation: Rotation,
  { environment: name, forcedAt }: Pick<Revocation, 'environment' | 'forcedAt'>,
  environments: readonly Environment[],
): boolean {
  if (isClosed(rotation) || forcedAt !== null) return false
  const environment = environments.find((each) => each.name === name)
  if (environment?.deploy === 'before-sign-off')
    return stepOf(rotation, 'integration-verification').completion === null
  const isPromoted = rotation.promoted.some((each) => each.environment === name)
  return !isPromoted || (rotation.status === 'open' && !isBreakGlass(rotation))
}
