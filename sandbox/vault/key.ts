import { CURRENT, type Secret, type SecretVersion, versionLabelled } from '../aws/secret.ts'
import { shownTags } from '../aws/troubled.ts'
import type { World } from '../world.ts'
import { goDuration } from './duration.ts'

/** What Vault knows of a key beside the secret that it shares with the sandbox's AWS. */
export interface KeySettings {
  /** 0 stands for the default. */
  maxVersions: number
  casRequired: boolean
  /** Seconds; 0 is never. */
  deleteVersionAfter: number
  updatedAt: string | null
  /** Deletion times by version id; null where a version was written or undeleted without one. */
  deletions: Record<string, string | null>
}

/** One version as Vault numbers it. */
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

export const forgetSettings = (world: World, secret: Secret): void => settings(world).delete(secret.name)

/**
 * The versions that Vault would show, oldest first. Vault has no pending versions, so one is there from the moment it
 * became current, and has its number from that order; beyond `max_versions` the oldest vanish.
 *
 * What the issuer revoked is destroyed. What the simulated CI left without a label counts as soft-deleted since the
 * version that took the label away; what Vault's own API wrote is deleted only when it says so.
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
    destroyed: version.revokedAt !== null,
  }))
  return shown.slice(-(maxVersions || DEFAULT_MAX_VERSIONS))
}

function withdrawnAt(version: SecretVersion, later: readonly SecretVersion[]): string | null {
  if (version.labels.length > 0 || version.revokedAt !== null) return null
  return (later[1] ?? later[0] ?? version).createdAt
}

export const currentNumber = (secret: Secret): number => versionLabelled(secret, CURRENT)?.number ?? 0

/** Vault writes nanoseconds. The sandbox's clock has none, so these are always the same. */
export const nanoseconds = (at: string | null): string => (at === null ? '' : at.replace(/Z$/, '417538Z'))

/** The secret's tags as custom metadata; the tag `version` speaks of Vault's number. */
export function customMetadata(world: World, secret: Secret): Record<string, string> | null {
  const tags = shownTags(world, secret)
  if (tags.length === 0) return null
  const sorted = tags.toSorted((a, b) => (a.Key < b.Key ? -1 : 1))
  return Object.fromEntries(
    sorted.map(({ Key, Value }) => [Key, Key === 'version' ? numberOf(secret, Value) : Value]),
  )
}

const numberOf = (secret: Secret, id: string): string =>
  String(secret.versions.find((version) => version.id === id)?.number ?? id)

/** The other way round: what a writer of custom metadata calls `2` is kept as that version's id. */
export function tagsFrom(secret: Secret, metadata: Record<string, string>): Secret['tags'] {
  return Object.entries(metadata).map(([Key, Value]) => ({
    Key,
    Value:
      Key === 'version'
        ? (secret.versions.find((version) => String(version.number) === Value)?.id ?? Value)
        : Value,
  }))
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
    // Nothing has vanished yet: Vault says 0.
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
