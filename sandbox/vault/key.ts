import { shownTags } from '../aws/faulty-secrets.ts'
import { CURRENT, type Secret, type SecretVersion, versionLabelled } from '../aws/secret.ts'
import { REVOCATION_TAG, renameVersions } from '../ci/revocation-tag.ts'
import type { World } from '../world.ts'
import { goDuration } from './duration.ts'

/** Vault's data about a key, beside the secret that it shares with AWS. */
export interface KeySettings {
  /** 0 means the default. */
  maxVersions: number
  casRequired: boolean
  /** Seconds; 0 means never. */
  deleteVersionAfter: number
  updatedAt: string | null
  /** Deletion times by version id; null when a version has none. */
  deletions: Record<string, string | null>
}

export interface KeyVersion {
  id: string
  number: number
  createdAt: string
  deletedAt: string | null
  destroyed: boolean
}

const DEFAULT_SETTINGS: KeySettings = {
  maxVersions: 0,
  casRequired: false,
  deleteVersionAfter: 0,
  updatedAt: null,
  deletions: {},
}
const DEFAULT_MAX_VERSIONS = 10

const settings = (world: World) => world.store.collection<KeySettings>('vault.keys')

export const settingsOf = (world: World, secret: Secret): KeySettings =>
  settings(world).get(secret.name) ?? DEFAULT_SETTINGS

export const changeSettings = (world: World, secret: Secret, change: Partial<KeySettings>): KeySettings =>
  settings(world).put(secret.name, { ...settingsOf(world, secret), ...change })

export const deleteSettings = (world: World, secret: Secret): void => settings(world).delete(secret.name)

/**
 * The versions as Vault shows them, oldest first. They are numbered as they become current; beyond
 * `max_versions` the oldest disappear.
 *
 * Versions that the issuer destroyed are destroyed here too. A version that the simulated CI left without a label is soft-deleted.
 */
export function keyVersions(world: World, secret: Secret): KeyVersion[] {
  const { deletions, maxVersions } = settingsOf(world, secret)
  const numbered = secret.versions
    .flatMap((version) => (version.number === undefined ? [] : [{ ...version, number: version.number }]))
    .sort((a, b) => a.number - b.number)
  const shown = numbered.map((version, index) => ({
    id: version.id,
    number: version.number,
    createdAt: version.createdAt,
    deletedAt:
      deletions[version.id] !== undefined
        ? (deletions[version.id] ?? null)
        : withdrawnAt(version, numbered.slice(index + 1)),
    destroyed: version.destroyedAt !== null,
  }))
  return shown.slice(-(maxVersions || DEFAULT_MAX_VERSIONS))
}

function withdrawnAt(version: SecretVersion, later: readonly SecretVersion[]): string | null {
  if (version.labels.length > 0 || version.destroyedAt !== null) return null
  return (later[1] ?? later[0] ?? version).createdAt
}

export const currentNumber = (secret: Secret): number => versionLabelled(secret, CURRENT)?.number ?? 0

/** Vault writes nanoseconds; the sandbox uses constant ones. */
export const nanoseconds = (at: string | null): string => (at === null ? '' : at.replace(/Z$/, '417538Z'))

/** The tags as custom metadata; the tags that name versions hold Vault's numbers. */
export function customMetadata(world: World, secret: Secret): Record<string, string> | null {
  const tags = shownTags(world, secret)
  if (tags.length === 0) return null
  const sorted = tags.toSorted((a, b) => (a.Key < b.Key ? -1 : 1))
  return Object.fromEntries(
    sorted.map(({ Key, Value }) => [Key, renamed(Key, Value, (id) => numberOf(secret, id))]),
  )
}

const numberOf = (secret: Secret, id: string): string =>
  String(secret.versions.find((version) => version.id === id)?.number ?? id)

function renamed(key: string, value: string, rename: (version: string) => string): string {
  if (key === REVOCATION_TAG) return renameVersions(value, rename)
  return key === 'version' ? rename(value) : value
}

/** Inverse of `customMetadata`: a version number is stored as that version's id. */
export function tagsFrom(secret: Secret, metadata: Record<string, string>): Secret['tags'] {
  const idOf = (number: string) =>
    secret.versions.find((version) => String(version.number) === number)?.id ?? number
  return Object.entries(metadata).map(([Key, Value]) => ({ Key, Value: renamed(Key, Value, idOf) }))
}

/** `GET metadata/<path>`, as Vault 1.21 answers it. */
export function metadataOf(world: World, secret: Secret): object {
  const { maxVersions, casRequired, deleteVersionAfter, updatedAt } = settingsOf(world, secret)
  const versions = keyVersions(world, secret)
  const current = currentNumber(secret)
  const max = maxVersions || DEFAULT_MAX_VERSIONS
  return {
    cas_required: casRequired,
    created_time: nanoseconds(secret.createdAt),
    current_version: current,
    custom_metadata: customMetadata(world, secret),
    delete_version_after: goDuration(deleteVersionAfter),
    max_versions: maxVersions,
    // Vault reports 0 until the first version disappears.
    oldest_version: current >= max ? current - max + 1 : 0,
    updated_time: nanoseconds(updatedAt ?? secret.lastChangedAt),
    versions: Object.fromEntries(
      versions.map(({ number, createdAt, deletedAt, destroyed }) => [
        String(number),
        { created_time: nanoseconds(createdAt), deletion_time: nanoseconds(deletedAt), destroyed },
      ]),
    ),
  }
}
