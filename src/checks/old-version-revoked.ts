import { isLeftOver, isPromiseInTime, type Revocation, revocationDue } from '#domain/revocations/revocation'
import type { Instant, Rotation, RotationToken } from '#domain/rotation/rotation'
import { revokeWithinHours } from '#domain/rotation/runs'
import { parseInstant } from '#domain/time/parse-instant'
import { currentVersion, type Secret, type SecretVersion } from '#domain/tokens/secret'
import type { Check, CheckInput } from './check.ts'
import { tagInWords } from './in-words.ts'
import { perToken, type TokenProblem } from './per-token.ts'

/**
 * The version that the new one replaced is revoked, or its revocation is scheduled within 24 h of the new one. A moved
 * or missing label is not a revocation: what counts is a version that is proven destroyed, or the issuer's date in
 * `previous-revoke-by`, set for the current version, which speaks for its direct predecessor only. For a version that a
 * second run has pushed back by one, it is the date that was seen while the tags spoke for it.
 */
export const oldVersionRevoked: Check = {
  id: 'old-version-revoked',
  step: 'rotation-execution',
  title: 'Old version revoked',
  how: 'reads each secret’s versions and the issuer’s date',
  backs: 'revocation',
  async run(input) {
    const readings = await input.readScope()
    const known = await input.readRevocations()
    const bySecret = Map.groupBy(known, (row) => row.secret)
    const problemOf = (token: RotationToken, secret: Secret) =>
      revocationProblem(token, secret, bySecret.get(token.secret) ?? [], input)
    return perToken(readings, problemOf, {
      passed: `The old version is revoked, or due ${dueWords(input.rotation)}, for ${readings.length} of ${readings.length} tokens`,
      advice: 'Revoke the old version or schedule it, then run the checks again.',
      proof: ({ tags }) => `by ${tagInWords(tags['previous-revoke-by'] ?? 'proof in the secrets manager')}`,
    })
  },
}

/** A token that may be in somebody else's hands has no day left. */
const dueWords = (rotation: Rotation): string => {
  const hours = revokeWithinHours(rotation)
  return hours === 0 ? 'at once' : `within ${hours} h`
}

const short = (version: SecretVersion): string => version.id.slice(0, 8)

/** For which rotation, and when. */
type Looked = Pick<CheckInput, 'rotation' | 'now'>

function revocationProblem(
  token: RotationToken,
  secret: Secret,
  known: Revocation[],
  { rotation, now }: Looked,
): TokenProblem | null {
  const current = currentVersion(secret)
  if (!current) return 'has no current version'
  if (current.createdAt < rotation.openedAt) return `has no new version, so ${short(current)} is still in use`
  const others = secret.versions
    .filter((version) => version.id !== current.id && !version.pending)
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt))
  const older = others.filter((version) => version.createdAt <= current.createdAt)
  // A version of a run that stopped half-way was never in use: the one that was still has its label.
  const direct = older.find((version) => version.state === 'live') ?? older[0]
  // A newer one than the current was taken back.
  for (const version of others.filter((each) => each !== direct)) {
    const row = known.find((each) => each.versionId === version.id)
    const problem = pushedBackProblem(token, version, row, { rotation, now })
    if (problem) return problem
  }
  return (
    forgottenProblem(token, secret, known) ??
    (direct ? promiseProblem(secret, current, direct, { rotation, now }) : null)
  )
}

/** Managers forget the oldest versions (Vault beyond max_versions); its issuer may still take what they have forgotten. */
function forgottenProblem(
  { previousVersionId: before }: RotationToken,
  secret: Secret,
  known: Revocation[],
): TokenProblem | null {
  if (before === null || secret.versions.some((version) => version.id === before)) return null
  const row = known.find((each) => each.versionId === before)
  if (row && (row.state === 'proven' || isPromiseInTime(row))) return null
  return { untold: `no longer shows ${before.slice(0, 8)}, which was in use when the rotation began` }
}

/** A version other than the direct predecessor: the tags do not speak for it now, but what they said was kept. */
function pushedBackProblem(
  token: RotationToken,
  version: SecretVersion,
  row: Revocation | undefined,
  looked: Looked,
): TokenProblem | null {
  if (version.state === 'destroyed' || row?.state === 'proven') return null
  if (row?.promisedBy) return dateProblem(version, row.promisedBy, row.dueAt, looked)
  if (version.state === 'live') return `has ${short(version)} still alive, which no date speaks for`
  // It was in use in this rotation, when a second run pushed it back by one.
  const when = version.id === token.previousVersionId ? 'when the rotation began' : 'in between'
  if (row || version.id === token.previousVersionId)
    return { untold: `had ${short(version)} ${when}; the tags speak for a later version only` }
  return null
}

function promiseProblem(
  secret: Secret,
  current: SecretVersion,
  old: SecretVersion,
  looked: Looked,
): TokenProblem | null {
  if (old.state === 'destroyed') return null
  const tag = secret.tags['previous-revoke-by']
  const by = parseInstant(tag ?? '')
  if (!tag || secret.tags.version !== current.id)
    return `has no revocation date for the old version ${short(old)}`
  if (Number.isNaN(by)) return `has a revocation date that is no date (${tag})`
  if (isLeftOver(new Date(by).toISOString(), current.createdAt))
    return `has a revocation date from before the new version (${tag}), so it is not for ${short(old)}`
  return dateProblem(old, tag, revocationDue(current.createdAt, looked.rotation), looked)
}

/** @param due by when the version had to be revoked */
function dateProblem(
  old: SecretVersion,
  date: string,
  due: Instant,
  { rotation, now }: Looked,
): string | null {
  const promisedBy = new Date(parseInstant(date)).toISOString()
  if (!isPromiseInTime({ promisedBy, dueAt: due }))
    return `revokes ${short(old)} only at ${date}, later than ${revokeWithinHours(rotation)} h after the new version`
  if (promisedBy < now && old.state === 'live')
    return `should have revoked ${short(old)} by ${date}, but it is still alive`
  return null
}
