import type { Instant, RotationToken } from '#rotation/rotation'
import { currentVersion, type Secret } from '#rotation/secret'
import type { Check } from './check.ts'
import { perToken } from './per-token.ts'

const HOUR = 60 * 60_000
/** The runbook's overlap, step 3. */
const WITHIN_HOURS = 24
// The workflow sets the tag a moment after the version becomes current.
const TOLERANCE_MS = 15 * 60_000

/**
 * Every older version is revoked, or its revocation is scheduled within 24 h of the new one. A moved label is not a
 * revocation: only the issuer's date in `previous-revoke-by`, set for the current version, or a version that is
 * proven unusable.
 */
export const oldVersionRevoked: Check = {
  id: 'old-version-revoked',
  step: 'rotation-execution',
  title: 'Old version revoked',
  backs: 'revocation',
  async run(input) {
    const readings = await input.readScope()
    return perToken(readings, (_: RotationToken, secret) => revocationProblem(secret, input.now), {
      passed: `The old version is revoked, or due within ${WITHIN_HOURS} h, for ${readings.length} of ${readings.length} tokens`,
      advice: 'Revoke the old version or schedule it, then run the checks again.',
    })
  },
}

function revocationProblem(secret: Secret, now: Instant): string | null {
  const current = currentVersion(secret)
  if (!current) return 'has no current version'
  const alive = secret.versions.filter(
    (version) => version.id !== current.id && !version.pending && !version.revoked,
  )
  if (alive.length === 0) return null
  const old = alive.map((version) => version.id.slice(0, 8)).join(', ')
  const tag = secret.tags['previous-revoke-by']
  const by = tag ? Date.parse(tag) : Number.NaN
  if (!tag || secret.tags.version !== current.id) return `has no revocation date for the old version ${old}`
  if (Number.isNaN(by)) return `has a revocation date that is no date (${tag})`
  if (by > Date.parse(current.createdAt) + WITHIN_HOURS * HOUR + TOLERANCE_MS)
    return `revokes ${old} only at ${tag}, later than ${WITHIN_HOURS} h after the new version`
  if (by < Date.parse(now)) return `should have revoked ${old} by ${tag}, but it is still alive`
  return null
}
