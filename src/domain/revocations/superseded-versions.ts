import type { Instant, Rotation, RotationToken } from '#domain/rotation/rotation'
import { currentVersion, type Secret, type SecretVersion } from '#domain/tokens/secret'
import { notePromise, type ReplacedVersion, type Revocation, revocationDue, UNSEEN } from './revocation.ts'

interface Version {
  id: string
  createdAt: Instant
}

export interface NotedVersions {
  /** Versions that nobody kept in mind yet. */
  added: ReplacedVersion[]
  /** Known ones of which the issuer's date is news, or that they were replaced. */
  promised: Revocation[]
}

/**
 * Which versions a rotation's new ones have replaced, so that each is kept in mind until it is proven revoked.
 *
 * @param before the rotation as it was before these secrets were read: a run before this one may have made its new version
 * @param after the same with what was read
 * @param known what is kept in mind of this rotation already
 */
export function noteReplaced(
  { before, after }: { before: Rotation; after: Rotation },
  secrets: Secret[],
  known: Revocation[],
  now: Instant,
): NotedVersions {
  const byName = new Map(secrets.map((secret) => [secret.name, secret]))
  const noted: NotedVersions = { added: [], promised: [] }
  for (const token of after.tokens) {
    const secret = byName.get(token.secret)
    if (!secret) continue
    const ours = known.filter((row) => row.secret === token.secret)
    const earlier = before.tokens.find((each) => each.secret === token.secret)
    const replaced = replacedVersions(after, token, earlier?.newVersionId ?? null, secret, now)
    const news = replaced.filter((each) => !ours.some((row) => row.versionId === each.versionId))
    noted.added.push(...news.map((each) => notePromise(each, secret, now)))
    noted.promised.push(
      ...ours
        .filter((row) => row.state === 'waiting')
        .map((row) => ({ row, noted: notePromise(row, secret, now) }))
        .flatMap(({ row, noted: changed }) => (changed === row ? [] : [changed])),
      ...ours
        .filter((row) => row.state === 'in-use' && row.replacedBy === UNSEEN)
        .flatMap((row) => {
          const seen = replaced.find((each) => each.versionId === row.versionId)
          return seen ? [notePromise({ ...row, ...seen, state: 'waiting' as const }, secret, now)] : []
        }),
    )
  }
  return noted
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
  // What is current may be the old version still: then nothing was replaced but a new one that was taken back.
  const before =
    current.createdAt < rotation.openedAt
      ? takenBack(madeBefore, secret, now)
      : inUseBefore(rotation, token, madeBefore, secret, current)
  return before.map((version, index, chain) => {
    const isNewer = version.createdAt > current.createdAt
    const successor = (isNewer ? undefined : chain[index + 1]) ?? current
    const by = successor.createdAt > current.createdAt ? current : successor
    // One that is newer than what is current was taken back; nobody knows when.
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
    }
  })
}

/**
 * The versions that were in use when they were seen last, of secrets that could not be read when a run had ended: it may
 * have replaced them, and when the rotation is aborted or carried past nobody looks at its tokens any more.
 *
 * @param unread names of those secrets
 */
export function unseenVersions(rotation: Rotation, unread: string[], now: Instant): ReplacedVersion[] {
  return rotation.tokens.flatMap(({ agent, environment, secret, previousVersionId, newVersionId }) => {
    const versionId = newVersionId ?? previousVersionId
    if (versionId === null || !unread.includes(secret)) return []
    const common = { rotationId: rotation.id, agent, environment, secret, versionId }
    const promise = { promisedBy: null, promiseSeenAt: null }
    return [
      { ...common, replacedBy: UNSEEN, replacedAt: now, dueAt: revocationDue(now, rotation), ...promise },
    ]
  })
}

/** The versions that were in use since the rotation began and are no more, oldest first. */
function inUseBefore(
  { openedAt }: Rotation,
  token: RotationToken,
  madeBefore: string | null,
  { versions }: Secret,
  current: SecretVersion,
): Version[] {
  const known = [token.previousVersionId ?? predecessor(versions, openedAt)?.id, madeBefore]
  const chain: Version[] = versions.filter(
    // One of a run that stopped half-way never was in use: no label leads to it, or it is still pending.
    (each) =>
      !each.pending && (known.includes(each.id) || (each.createdAt >= openedAt && each.state === 'live')),
  )
  // It may have vanished from the metadata meanwhile, which proves nothing.
  for (const id of known)
    if (id && !versions.some((each) => each.id === id)) chain.push({ id, createdAt: '' })
  return chain.filter((each) => each.id !== current.id).sort((a, b) => a.createdAt.localeCompare(b.createdAt))
}

function takenBack(madeBefore: string | null, { versions }: Secret, now: Instant): Version[] {
  if (madeBefore === null) return []
  return [versions.find((each) => each.id === madeBefore) ?? { id: madeBefore, createdAt: now }]
}

/** The version that was probably in use when the rotation began, where nobody saw it. */
function predecessor(versions: SecretVersion[], openedAt: Instant): SecretVersion | undefined {
  const older = versions
    .filter((each) => !each.pending && !each.current && each.createdAt < openedAt)
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt))
  return older.find((each) => each.state === 'live') ?? older[0]
}
