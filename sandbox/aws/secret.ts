import { invalidParameter, resourceExists } from './aws-error.ts'

export const CURRENT = 'AWSCURRENT'
export const PREVIOUS = 'AWSPREVIOUS'
export const PENDING = 'AWSPENDING'

const HOUR = 3_600_000
/** Secrets Manager prunes deprecated versions beyond this number if they are older than 24 hours. */
const MAX_VERSIONS = 100

/** As sent: exactly one of the two. Binary is base64. */
export interface SecretValue {
  SecretString?: string | undefined
  SecretBinary?: string | undefined
}

export interface SecretVersion {
  id: string
  createdAt: string
  /** Staging labels; a version without any is deprecated. */
  labels: string[]
  /** Null between the reservation by a managed rotation and its first value. */
  value: SecretValue | null
  /** When it was taken out of the secrets manager. Whether its token is accepted, only the issuer knows. */
  destroyedAt: string | null
  lastAccessedAt: string | null
  /** Position among the versions that were current; absent before. Vault numbers versions by it. */
  number?: number
  /** The version whose token this one holds too. */
  copyOf?: string
}

export interface SecretRotation {
  lambdaArn: string
  everyDays: number | null
  /** The rotation in progress: the call was answered, the function has not finished. */
  running: { versionId: string; finishesAt: string } | null
}

export interface Secret {
  name: string
  arn: string
  description: string | null
  createdAt: string
  lastChangedAt: string
  lastRotatedAt: string | null
  /** End of the recovery window; null unless deletion is scheduled. */
  deletedAt: string | null
  tags: { Key: string; Value: string }[]
  versions: SecretVersion[]
  rotation: SecretRotation | null
}

export const findVersion = (secret: Secret, id: string) =>
  secret.versions.find((version) => version.id === id)

export const versionLabelled = (secret: Secret, label: string) =>
  secret.versions.find((version) => version.labels.includes(label))

export const tagValue = (secret: Secret, key: string) => secret.tags.find((tag) => tag.Key === key)?.Value

/** Labels by version id, as `DescribeSecret` and `ListSecrets` show them. */
export function stagesByVersion(secret: Secret): Record<string, string[]> {
  const labelled = secret.versions.filter((version) => version.labels.length > 0)
  return Object.fromEntries(labelled.map((version) => [version.id, version.labels]))
}

/**
 * Adds a version and attaches its labels. Idempotent for the same id and value (`ClientRequestToken`).
 *
 * @param at UTC instant, ISO 8601
 * @throws AwsError `ResourceExistsException` when the id has another value
 */
export function addVersion(
  secret: Secret,
  version: { id: string; value: SecretValue | null; labels: readonly string[] },
  at: string,
): Secret {
  const existing = findVersion(secret, version.id)
  if (existing && !sameValue(existing.value, version.value)) {
    throw resourceExists("You can't modify an existing version, you can only create a new version.")
  }
  if (existing) return secret
  const added = { ...version, labels: [], createdAt: at, destroyedAt: null, lastAccessedAt: null }
  const first = secret.versions.length === 0
  const labels = first ? new Set([CURRENT, ...version.labels]) : version.labels
  const grown = { ...secret, lastChangedAt: at, versions: [...secret.versions, added] }
  return prune(
    [...labels].reduce((next, label) => attachLabel(next, label, version.id), grown),
    at,
  )
}

function sameValue(one: SecretValue | null, other: SecretValue | null): boolean {
  return one?.SecretString === other?.SecretString && one?.SecretBinary === other?.SecretBinary
}

function prune(secret: Secret, at: string): Secret {
  const surplus = secret.versions.length - MAX_VERSIONS
  if (surplus <= 0) return secret
  const before = Date.parse(at) - 24 * HOUR
  const prunable = secret.versions.filter((v) => v.labels.length === 0 && Date.parse(v.createdAt) < before)
  const pruned = new Set(prunable.slice(0, surplus))
  return { ...secret, versions: secret.versions.filter((version) => !pruned.has(version)) }
}

/**
 * Moves a label to a version. Moving AWSCURRENT also moves AWSPREVIOUS to the version that had AWSCURRENT.
 */
export function attachLabel(secret: Secret, label: string, versionId: string): Secret {
  const holder = versionLabelled(secret, label)
  if (holder?.id === versionId) return secret
  const moved = addLabel(detachLabel(secret, label), label, versionId)
  if (label !== CURRENT || !holder) return moved
  return addLabel(detachLabel(moved, PREVIOUS), PREVIOUS, holder.id)
}

/** Removes a label from the version that has it. */
export function detachLabel(secret: Secret, label: string): Secret {
  return mapVersions(secret, (version) => ({ ...version, labels: version.labels.filter((l) => l !== label) }))
}

function addLabel(secret: Secret, label: string, versionId: string): Secret {
  const next = Math.max(0, ...secret.versions.map((version) => version.number ?? 0)) + 1
  return mapVersions(secret, (version) =>
    version.id === versionId
      ? {
          ...version,
          labels: [...version.labels, label],
          ...(label === CURRENT && { number: version.number ?? next }),
        }
      : version,
  )
}

function mapVersions(secret: Secret, change: (version: SecretVersion) => SecretVersion): Secret {
  return { ...secret, versions: secret.versions.map(change) }
}

/**
 * `UpdateSecretVersionStage`: the caller must name the version that has the label.
 *
 * @throws AwsError `InvalidParameterException` with AWS's wording
 */
export function moveLabel(
  secret: Secret,
  label: string,
  move: { from?: string; to?: string },
  at: string,
): Secret {
  for (const id of [move.from, move.to]) {
    if (id !== undefined && !findVersion(secret, id)) throw invalidParameter(`Not a valid version: ${id}`)
  }
  const holder = versionLabelled(secret, label)?.id
  refuseMove(label, holder, move)
  const changed = { ...secret, lastChangedAt: at }
  return move.to === undefined ? detachLabel(changed, label) : attachLabel(changed, label, move.to)
}

function refuseMove(
  label: string,
  holder: string | undefined,
  { from, to }: { from?: string; to?: string },
): void {
  if (from === undefined && to === undefined) {
    throw invalidParameter('You must specify MoveToVersionId, RemoveFromVersionId, or both.')
  }
  if (to === undefined && label === CURRENT) {
    throw invalidParameter(
      `You can only move staging label ${CURRENT} to a different secret version. It can't be completely removed.`,
    )
  }
  if (from === undefined && holder !== undefined && holder !== to) {
    throw invalidParameter(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${label} is currently attached to version ${holder}, so you must explicitly reference that version in RemoveFromVersionId.`,
    )
  }
  if (from !== undefined && from !== holder) {
    throw invalidParameter(
      `When you move staging label ${label}, if you specify RemoveFromVersionId, it must be set to the version that currently has the staging label ${label}.`,
    )
  }
}

/**
 * Takes a version out of the secrets manager and removes its labels. AWSCURRENT stays, because a secret
 * always has one.
 */
export function destroyVersion(secret: Secret, versionId: string, at: string): Secret {
  const revoke = (version: SecretVersion) =>
    version.id === versionId
      ? {
          ...version,
          labels: version.labels.filter((label) => label === CURRENT),
          destroyedAt: version.destroyedAt ?? at,
        }
      : version
  return { ...mapVersions(secret, revoke), lastChangedAt: at }
}
