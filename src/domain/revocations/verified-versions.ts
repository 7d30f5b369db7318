import { isBreakGlass } from '#domain/rotation/break-glass'
import { environmentOfCheck } from '#domain/rotation/checks'
import type { Environment } from '#domain/rotation/environments'
import { type CheckResult, type Instant, type Rotation, stepOf } from '#domain/rotation/rotation'
import type { Revocation } from './revocation.ts'

/**
 * The old versions that a verified environment no longer needs, whichever rotation replaced them: agents there run on newer ones.
 * Where no new version was seen, nothing says that they do.
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
        row.state === 'waiting' &&
        environments.includes(row.environment) &&
        row.replacedAt <= at &&
        rotation.tokens.some(
          ({ secret, newVersionId }) =>
            secret === row.secret && newVersionId !== null && newVersionId !== row.versionId,
        ),
    )
    .map((row) => ({ ...row, verifiedAt: at }))

/**
 * Since when environments are known to be verified: as of the oldest of the results that say so, because a version made after them
 * was not looked at.
 *
 * @param at when it was decided; counts where every check was overridden
 */
export const verifiedSince = (
  results: readonly CheckResult[],
  environments: readonly string[],
  at: Instant,
): Instant =>
  results
    .filter(
      ({ check, state }) => state === 'passed' && environments.includes(environmentOfCheck(check) ?? ''),
    )
    .map((result) => result.startedAt)
    .concat(at)
    .sort()[0] ?? at

/**
 * Whether nothing may be done to an old version although its environment was verified once: its rotation is no longer approved, or
 * its environment is to be verified again. What a person forced goes on.
 */
export function isOnHold(
  rotation: Rotation,
  { environment: name, forcedAt, verifiedAt }: Pick<Revocation, 'environment' | 'forcedAt' | 'verifiedAt'>,
  environments: readonly Environment[],
): boolean {
  if (rotation.status === 'complete' || forcedAt !== null) return false
  // After an abort only a later rotation can verify it.
  if (rotation.status === 'aborted' && (verifiedAt ?? '') > (rotation.closedAt ?? '')) return false
  const environment = environments.find((each) => each.name === name)
  if (environment?.deploy === 'before-sign-off')
    return stepOf(rotation, 'integration-verification').completion === null
  const isPromoted = rotation.promoted.some((each) => each.environment === name)
  return !isPromoted || (rotation.status === 'open' && !isBreakGlass(rotation))
}

/**
 * Whether agents that authenticate, where no label tells with which version, may be taken to use the new one: only after a
 * deployment that the checks saw, with none of them overridden. Agents that read their token while they run may keep the old one.
 *
 * @param rotation the one that replaced the version
 */
export const isInferable = (
  { exceptions }: Pick<Rotation, 'exceptions'>,
  { environment: name }: Pick<Revocation, 'environment'>,
  environments: readonly Environment[],
): boolean =>
  environments.find((each) => each.name === name)?.takes === 'deploy' &&
  !exceptions.some((each) => environmentOfCheck(each.check) === name)
