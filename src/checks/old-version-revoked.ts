import {
  deadlineOf,
  isFromEarlierRotation,
  isOverdue,
  isPromiseInTime,
  overdueReason,
  type Revocation,
  revocationDue,
} from '#domain/revocations/revocation'
import { revokeWithinHours } from '#domain/revocations/revocation-deadline'
import type { Instant, Rotation, RotationToken } from '#domain/rotation/rotation'
import { parseInstant } from '#domain/time/parse-instant'
import { currentVersion, type Secret, type SecretVersion } from '#domain/tokens/secret'
import type { Check, CheckInput } from './check.ts'
import { formatDateTag } from './format-instant.ts'
import { perToken, rotated, type TokenProblem, UNROTATED } from './per-token.ts'

/**
 * The replaced version is revoked, or its revocation is scheduled in time. A moved label is no proof: only a
 * destroyed version, or the issuer's date in `previous-revoke-by`. The date is valid for the direct
 * predecessor only; for versions before it, the date read earlier counts.
 */
export const oldVersionRevoked: Check = {
  id: 'old-version-revoked',
  step: 'rotation-execution',
  title: 'Old version revoked',
  how: 'reads each secret’s versions and the issuer’s date',
  backs: 'revocation',
  async run(input) {
    const readings = rotated(await input.readScope())
    const known = await input.readRevocations()
    const bySecret = Map.groupBy(known, (row) => row.secret)
    const byBot = input.rotation.revoker === 'bot'
    const problemOf = (token: RotationToken, secret: Secret) =>
      (byBot ? trackingProblem : revocationProblem)(token, secret, bySecret.get(token.secret) ?? [], input)
    return perToken(readings, problemOf, {
      passed: `The old version is revoked, or due ${dueWords(input.rotation)}, for ${readings.length} of ${readings.length} tokens`,
      advice: byBot
        ? 'Decide about it on the card: revoke it now or extend its deadline. Destroy a version at its issuer only if no agent uses it. Then run the checks again.'
        : 'Schedule its revocation at the issuer. Revoke it at once only if no agent uses it any more. Then run the checks again.',
      proof: ({ name, tags }) =>
        byBot
          ? `by ${formatDateTag((bySecret.get(name) ?? []).map(deadlineOf).sort().at(-1) ?? 'no date: nothing was replaced')}`
          : `by ${formatDateTag(tags['previous-revoke-by'] ?? 'proof in the secrets manager')}`,
    })
  },
}

/** A leaked token must be revoked at once. */
const dueWords = (rotation: Rotation): string => {
  const hours = revokeWithinHours(rotation)
  return hours === 0 ? 'at once' : `within ${hours} h`
}

/**
 * Where the bot revokes: each version that was in use is tracked with its date, at which at the latest people decide, and no other
 * version is live.
 */
function trackingProblem(
  { previousVersionId: before }: RotationToken,
  secret: Secret,
  known: Revocation[],
  { rotation, now }: Situation,
): TokenProblem | null {
  const current = currentVersion(secret)
  if (!current || current.createdAt < rotation.openedAt) return UNROTATED
  const tracked = (id: string) => known.find((row) => row.versionId === id)
  if (before !== null && before !== current.id && !tracked(before))
    return { undetermined: `has the old version ${before.slice(0, 8)}, which is not tracked yet` }
  const late = known.find((row) => isOverdue(row, now))
  if (late)
    return `should have been revoked by ${deadlineOf(late)}: ${late.versionId.slice(0, 8)} ${overdueReason(late, { name: secret.name, secret, problem: null }, now)}`
  const leaked =
    rotation.disableNowBy !== null &&
    known.find((row) => row.state === 'waiting' && row.issuer !== 'disabled')
  if (leaked) return `has ${leaked.versionId.slice(0, 8)}, which is not disabled yet`
  const unknownLive = secret.versions.find(
    (each) => each.id !== current.id && !each.pending && each.state === 'live' && !tracked(each.id),
  )
  return unknownLive ? `has ${short(unknownLive)} still live, and nothing tracks it` : null
}

const short = (version: SecretVersion): string => version.id.slice(0, 8)

type Situation = Pick<CheckInput, 'rotation' | 'now'>

function revocationProblem(
  token: RotationToken,
  secret: Secret,
  known: Revocation[],
  { rotation, now }: Situation,
): TokenProblem | null {
  const current = currentVersion(secret)
  if (!current || current.createdAt < rotation.openedAt) return UNROTATED
  const others = secret.versions
    .filter((version) => version.id !== current.id && !version.pending)
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt))
  const older = others.filter((version) => version.createdAt <= current.createdAt)
  // A version from an interrupted run was never in use; the one in use has its label.
  const direct = older.find((version) => version.state === 'live') ?? older[0]
  // A version newer than the current one was rolled back.
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

/** Managers drop the oldest versions (Vault beyond max_versions), but the issuer may still accept them. */
function forgottenProblem(
  { previousVersionId: before }: RotationToken,
  secret: Secret,
  known: Revocation[],
): TokenProblem | null {
  if (before === null || secret.versions.some((version) => version.id === before)) return null
  const row = known.find((each) => each.versionId === before)
  if (row && (row.state === 'proven' || isPromiseInTime(row))) return null
  return { undetermined: `no longer shows ${before.slice(0, 8)}, which was in use when the rotation began` }
}

/** A version other than the direct predecessor: only dates read earlier apply to it. */
function pushedBackProblem(
  token: RotationToken,
  version: SecretVersion,
  row: Revocation | undefined,
  situation: Situation,
): TokenProblem | null {
  if (version.state === 'destroyed' || row?.state === 'proven') return null
  if (row?.promisedBy) return dateProblem(version, row.promisedBy, row.dueAt, situation)
  if (version.state === 'live')
    return `has ${short(version)} still live, and no revocation date applies to it`
  // It was in use in this rotation until a second run replaced it.
  const when = version.id === token.previousVersionId ? 'when the rotation began' : 'during the rotation'
  if (row || version.id === token.previousVersionId)
    return { undetermined: `had ${short(version)} ${when}; the tags apply to a later version only` }
  return null
}

function promiseProblem(
  secret: Secret,
  current: SecretVersion,
  old: SecretVersion,
  situation: Situation,
): TokenProblem | null {
  if (old.state === 'destroyed') return null
  const tag = secret.tags['previous-revoke-by']
  const by = parseInstant(tag ?? '')
  if (!tag || secret.tags.version !== current.id)
    return `has no revocation date for the old version ${short(old)}`
  if (Number.isNaN(by)) return `has a revocation date that is not a date (${tag})`
  if (isFromEarlierRotation(new Date(by).toISOString(), current.createdAt))
    return `has a revocation date from before the new version (${tag}), so it is not for ${short(old)}`
  return dateProblem(old, tag, revocationDue(current.createdAt, situation.rotation), situation)
}

/** @param due deadline of the revocation */
function dateProblem(
  old: SecretVersion,
  date: string,
  due: Instant,
  { rotation, now }: Situation,
): string | null {
  const promisedBy = new Date(parseInstant(date)).toISOString()
  if (!isPromiseInTime({ promisedBy, dueAt: due }))
    return `revokes ${short(old)} only at ${date}, later than ${revokeWithinHours(rotation)} h after the new version`
  if (promisedBy < now && old.state === 'live')
    return `should have revoked ${short(old)} by ${date}, but it is still live`
  return null
}
