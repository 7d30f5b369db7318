import { parseInstant } from '#rotation/parse-instant'
import type { Instant, RotationToken } from '#rotation/rotation'
import { REVOKE_WITHIN_HOURS } from '#rotation/runs'
import { currentVersion, type Secret, type SecretVersion } from '#rotation/secret'
import type { Check } from './check.ts'
import { perToken, type TokenProblem } from './per-token.ts'

const HOUR = 60 * 60_000
// The workflow sets the tag a moment after the version becomes current.
const TOLERANCE_MS = 15 * 60_000

/**
 * The version that the new one replaced is revoked, or its revocation is scheduled within 24 h of the new one. A moved
 * or missing label is not a revocation: what counts is a version that is proven destroyed, or the issuer's date in
 * `previous-revoke-by`, set for the current version, which speaks for its direct predecessor only.
 */
export const oldVersionRevoked: Check = {
  id: 'old-version-revoked',
  step: 'rotation-execution',
  title: 'Old version revoked',
  how: 'reads each secret’s versions and the issuer’s date',
  backs: 'revocation',
  async run(input) {
    const readings = await input.readScope()
    const { openedAt } = input.rotation
    return perToken(readings, (token, secret) => revocationProblem(token, secret, openedAt, input.now), {
      passed: `The old version is revoked, or due within ${REVOKE_WITHIN_HOURS} h, for ${readings.length} of ${readings.length} tokens`,
      advice: 'Revoke the old version or schedule it, then run the checks again.',
    })
  },
}

const short = (version: SecretVersion): string => version.id.slice(0, 8)

function revocationProblem(
  token: RotationToken,
  secret: Secret,
  openedAt: Instant,
  now: Instant,
): TokenProblem | null {
  const current = currentVersion(secret)
  if (!current) return 'has no current version'
  if (current.createdAt < openedAt) return `has no new version, so ${short(current)} is still in use`
  const older = secret.versions
    .filter(
      (version) => version.id !== current.id && !version.pending && version.createdAt <= current.createdAt,
    )
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt))
  // A version of a run that stopped half-way was never in use: the one that was still has its label.
  const direct = older.find((version) => version.state === 'live') ?? older[0]
  const others = older.filter((version) => version !== direct)
  const live = others.find((version) => version.state === 'live')
  if (live) return `has ${short(live)} still alive, which no date speaks for`
  // The version that was in use when the rotation began, when a second run has pushed it back by one.
  const pushedBack = others.find((version) => version.id === token.previousVersionId)
  if (pushedBack && pushedBack.state !== 'destroyed')
    return {
      untold: `had ${short(pushedBack)} when the rotation began; the tags speak for a later version only`,
    }
  return direct ? promiseProblem(secret, current, direct, now) : null
}

function promiseProblem(
  secret: Secret,
  current: SecretVersion,
  old: SecretVersion,
  now: Instant,
): TokenProblem | null {
  if (old.state === 'destroyed') return null
  const tag = secret.tags['previous-revoke-by']
  const by = parseInstant(tag ?? '')
  if (!tag || secret.tags.version !== current.id)
    return `has no revocation date for the old version ${short(old)}`
  if (Number.isNaN(by)) return `has a revocation date that is no date (${tag})`
  if (by > Date.parse(current.createdAt) + REVOKE_WITHIN_HOURS * HOUR + TOLERANCE_MS)
    return `revokes ${short(old)} only at ${tag}, later than ${REVOKE_WITHIN_HOURS} h after the new version`
  if (by < Date.parse(now) && old.state === 'live')
    return `should have revoked ${short(old)} by ${tag}, but it is still alive`
  return null
}
