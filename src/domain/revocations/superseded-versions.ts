import type { Instant, Rotation, RotationToken } from '#domain/rotation/rotation'
import { currentVersion, pendingVersions, type Secret, type SecretVersion } from '#domain/tokens/secret'
import {
  type ReplacedVersion,
  type Revocation,
  revocationDue,
  UNKNOWN_SUCCESSOR,
  updatePromise,
} from './revocation.ts'

interface Version {
  id: string
  createdAt: Instant
}

export interface TrackingChanges {
  added: ReplacedVersion[]
  /** Tracked versions with a new issuer's date, or now known to be replaced. */
  updated: Revocation[]
}

/**
 * Finds the versions that a rotation has replaced, to be tracked until proven revoked.
 * @param before the rotation before this reading, which may hold the new version of an earlier run
 * @param known versions already tracked for this rotation
 */
export function trackReplaced(
  { before, after }: { before: Rotation; after: Rotation },
  secrets: Secret[],
  known: Revocation[],
  now: Instant,
): TrackingChanges {
  const byName = new Map(secrets.map((secret) => [secret.name, secret]))
  const changes: TrackingChanges = { added: [], updated: [] }
  for (const token of after.tokens) {
    const secret = byName.get(token.secret)
    if (!secret) continue
    const tracked = known.filter((row) => row.secret === token.secret)
    const earlier = before.tokens.find((each) => each.secret === token.secret)
    const replaced = replacedVersions(after, token, earlier?.newVersionId ?? null, secret, now)
    const added = replaced.filter((each) => !tracked.some((row) => row.versionId === each.versionId))
    changes.added.push(...added.map((each) => updatePromise(each, secret, now)))
    changes.updated.push(
      ...tracked
        .filter((row) => row.state === 'waiting')
        .map((row) => ({ row, updated: updatePromise(row, secret, now) }))
        .flatMap(({ row, updated }) => (updated === row ? [] : [updated])),
      ...tracked
        .filter((row) => row.state === 'in-use' && row.replacedBy === UNKNOWN_SUCCESSOR)
        .flatMap((row) => {
          const seen = replaced.find((each) => each.versionId === row.versionId)
          return seen
            ? [updatePromise({ ...row, ...seen, state: 'waiting' as const, verifiedAt: null }, secret, now)]
            : []
        }),
    )
  }
  return changes
}

function replacedVersions(
  rotation: Rotation,
  token: RotationToken,
  madeBefore: string | null,
  secret: Secret,
  now: Instant,
): ReplacedVersion[] {
  const current = currentVersion(secret)
  if (!current) return []
  const { agent, environment } = token
  // If the current version is older than the rotation, only a rolled-back new version can have been replaced.
  const before =
    current.createdAt < rotation.openedAt
      ? takenBack(madeBefore, secret, now)
      : inUseBefore(rotation, token, madeBefore, secret, current)
  // A token that was rolled back has its old version as the current one.
  const replaced = before.filter((version) => version.id !== current.id)
  return replaced.map((version, index, chain) => {
    const isNewer = version.createdAt > current.createdAt
    const successor = (isNewer ? undefined : chain[index + 1]) ?? current
    const by = successor.createdAt > current.createdAt ? current : successor
    // A version newer than the current one was rolled back; the time is unknown.
    const replacedAt = isNewer ? now : by.createdAt
    return {
      rotationId: rotation.id,
      agent,
      environment,
      secret: token.secret,
      versionId: version.id,
      replacedBy: by.id,
      replacedAt,
      dueAt: revocationDue(replacedAt, rotation),
      promisedBy: null,
      promiseSeenAt: null,
      ...revokedFor(rotation, now),
    }
  })
}

/** What a rotation says of how its old versions are revoked. */
const revokedFor = (
  { id, revoker, trigger, disableNowBy }: Rotation,
  now: Instant,
): Pick<ReplacedVersion, 'revoker' | 'leakedIn' | 'forcedBy' | 'forcedAt'> => ({
  revoker,
  leakedIn: trigger === 'credential-anomaly' ? id : null,
  ...(revoker === 'bot' && disableNowBy !== null
    ? { forcedBy: disableNowBy, forcedAt: now }
    : { forcedBy: null, forcedAt: null }),
})

/**
 * Versions that a finished run may have replaced in secrets that could not be read. Tracked now, because an
 * aborted or overridden rotation is not read again.
 * @param unread names of those secrets
 */
export function possiblyReplaced(rotation: Rotation, unread: string[], now: Instant): ReplacedVersion[] {
  return rotation.tokens.flatMap(({ agent, environment, secret, previousVersionId, newVersionId }) => {
    const versionId = newVersionId ?? previousVersionId
    if (versionId === null || !unread.includes(secret)) return []
    const common = { rotationId: rotation.id, agent, environment, secret, versionId }
    const promise = { promisedBy: null, promiseSeenAt: null }
    return [
      {
        ...common,
        replacedBy: UNKNOWN_SUCCESSOR,
        replacedAt: now,
        dueAt: revocationDue(now, rotation),
        ...promise,
        ...revokedFor(rotation, now),
      },
    ]
  })
}

/**
 * Versions that a finished run made and did not make current, such as one that stopped half-way. Their issuer accepts them, and no
 * agent was given them. They did not leak with the old ones. Where the workflow revokes, none: it never writes a date for them.
 */
export function leftPending(rotation: Rotation, secrets: Secret[], now: Instant): ReplacedVersion[] {
  if (rotation.revoker !== 'bot') return []
  return rotation.tokens.flatMap(({ agent, environment, secret: name }) => {
    const secret = secrets.find((each) => each.name === name)
    const left = secret ? pendingVersions(secret).filter((each) => each.createdAt >= rotation.openedAt) : []
    return left.map(({ id }) => ({
      rotationId: rotation.id,
      agent,
      environment,
      secret: name,
      versionId: id,
      replacedBy: (secret && currentVersion(secret)?.id) ?? UNKNOWN_SUCCESSOR,
      replacedAt: now,
      dueAt: revocationDue(now, rotation),
      promisedBy: null,
      promiseSeenAt: null,
      revoker: rotation.revoker,
      leakedIn: null,
      forcedBy: null,
      forcedAt: null,
    }))
  })
}

function inUseBefore(
  { openedAt }: Rotation,
  token: RotationToken,
  madeBefore: string | null,
  { versions }: Secret,
  current: SecretVersion,
): Version[] {
  const known = [token.previousVersionId ?? predecessor(versions, openedAt)?.id, madeBefore]
  const chain: Version[] = versions.filter(
    // A version from an interrupted run was never in use: it has no label, or is pending.
    (each) =>
      !each.pending && (known.includes(each.id) || (each.createdAt >= openedAt && each.state === 'live')),
  )
  for (const id of known)
    if (id && !versions.some((each) => each.id === id)) chain.push({ id, createdAt: '' })
  return chain.filter((each) => each.id !== current.id).sort((a, b) => a.createdAt.localeCompare(b.createdAt))
}

function takenBack(madeBefore: string | null, { versions }: Secret, now: Instant): Version[] {
  if (madeBefore === null) return []
  return [versions.find((each) => each.id === madeBefore) ?? { id: madeBefore, createdAt: now }]
}

/** The version probably in use when the rotation began, when it was not read then. */
function predecessor(versions: SecretVersion[], openedAt: Instant): SecretVersion | undefined {
  const older = versions
    .filter((each) => !each.pending && !each.current && each.createdAt < openedAt)
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt))
  return older.find((each) => each.state === 'live') ?? older[0]
}
