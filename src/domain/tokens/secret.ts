import { CallFailed, type CallFailure } from '#domain/ports/call-failed'
import type { Instant } from '#domain/rotation/rotation'
import type { NameFault } from './secret-name.ts'

/** Metadata of one version. Values are never read. */
export interface SecretVersion {
  id: string
  createdAt: Instant
  current: boolean
  pending: boolean
  /** When it ends by itself, where the manager has such a time; absent where it has none. */
  endsAt?: Instant
  /**
   * `live`: readable. `withdrawn`: without a label, or deleted but recoverable, which does not prove that the
   * issuer refuses it. `destroyed`: proven unusable.
   */
  state: 'live' | 'withdrawn' | 'destroyed'
}

/** Versions are newest first. */
export interface Secret {
  name: string
  tags: Record<string, string>
  createdAt: Instant
  deletedAt: Instant | null
  versions: SecretVersion[]
}

export interface SecretReading {
  name: string
  secret: Secret | null
  problem: string | null
}

/**
 * How old a reading may be. `listed`: as the manager's list shows it, which may be minutes behind; nothing may be disabled or
 * completed on it. `describedSince`: read at that time or later, in milliseconds of a clock that nobody sets, and not changed since as
 * far as the list shows.
 */
export type Freshness = 'listed' | { describedSince: number }

/** The end of a credential of the bot itself. */
export interface CredentialEnd {
  /** Begins a sentence. */
  what: string
  endsAt: Instant
  /** What to do, a sentence without its end. */
  replace: string
}

/** The port to a secrets manager. No method returns a secret's value, and none may be added that does. */
export interface SecretsManager {
  /**
   * Every secret under the configured prefix; one that cannot be read does not stop the others. List and tags
   * may be minutes old; secrets scheduled for deletion are left out. Throws `NotReadable` when the list
   * cannot be read.
   * @param since versions that were read at that time or later (milliseconds of a clock that nobody sets) are not read again where the
   * list shows no change; all are read where it is left out
   */
  readAll(since?: number): Promise<SecretReading[]>
  /**
   * Several secrets, in the order given; one that cannot be read does not stop the others. A manager without a list that shows
   * changes reads each.
   */
  read(names: string[], freshness: Freshness): Promise<SecretReading[]>
  /**
   * The names of secrets that people wrote as names or ARNs, in the order given. An ARN of another account, region or partition
   * stays an ARN. Throws `NotReadable`.
   */
  namesOf(references: string[]): Promise<string[]>
  /** The manager's rules for the names of secrets, which the registry is checked by. */
  nameFault: NameFault
  /** One secret as it is now. Throws `NotReadable`. */
  describe(name: string): Promise<Secret>
  /**
   * Starts a rotation by the manager; null when it has none. Repeating a version id is harmless. Throws
   * `RotationRefused` when a retry would not help, `NotReadable` when it was not received.
   * @param versionId of the new version, a UUID
   */
  rotate: ((name: string, versionId: string) => Promise<void>) | null
  /** When the bot's own credential ends by itself; null where it is renewed, or nobody says. Throws `NotReadable`. */
  ownCredential(): Promise<CredentialEnd | null>
  /**
   * Whether the bot's credentials could read the value, which they must not. The probe can never return a
   * value. Throws `NotReadable` when it cannot be determined.
   */
  canReadValue(name: string): Promise<boolean>
}

/** A system could not be reached or read; `message` is a sentence for a person. */
export class NotReadable extends CallFailed {
  constructor(message: string, failure?: CallFailure) {
    super(message, failure)
    this.name = 'NotReadable'
  }
}

/** The secrets manager refuses to rotate the secret; `message` is a sentence for a person. */
export class RotationRefused extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'RotationRefused'
  }
}

export const currentVersion = (secret: Secret): SecretVersion | undefined =>
  secret.versions.find((version) => version.current)

/** Versions that may still become current: one that is older than the current one was left behind by a run that stopped. */
export function pendingVersions(secret: Secret): SecretVersion[] {
  const current = currentVersion(secret)
  return secret.versions.filter((each) => each.pending && !(current && each.createdAt < current.createdAt))
}

/** `ends by itself in 40 h` for a current version that its manager will delete; null for any other. */
export function ownEnd(secret: Secret, now: Instant): string | null {
  const { endsAt } = currentVersion(secret) ?? {}
  if (endsAt === undefined) return null
  const minutes = Math.max(0, Math.floor((Date.parse(endsAt) - Date.parse(now)) / 60_000))
  const [hours, days] = [Math.floor(minutes / 60), Math.floor(minutes / (24 * 60))]
  return `ends by itself in ${days >= 3 ? `${days} days` : hours >= 1 ? `${hours} h` : `${minutes} min`}`
}
