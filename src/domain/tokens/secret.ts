import type { Instant } from '#domain/rotation/rotation'

/** Metadata of one version. Values are never read. */
export interface SecretVersion {
  id: string
  createdAt: Instant
  current: boolean
  pending: boolean
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

/** The port to a secrets manager. No method returns a secret's value, and none may be added that does. */
export interface SecretsManager {
  /**
   * Every secret under the configured prefix; one that cannot be read does not stop the others. List and tags
   * may be minutes old; secrets scheduled for deletion are left out. Throws `NotReadable` when the list
   * cannot be read.
   */
  readAll(): Promise<SecretReading[]>
  /** One secret as it is now. Throws `NotReadable`. */
  describe(name: string): Promise<Secret>
  /**
   * Starts a rotation by the manager; null when it has none. Repeating a version id is harmless. Throws
   * `RotationRefused` when a retry would not help, `NotReadable` when it was not received.
   * @param versionId of the new version, a UUID
   */
  rotate: ((name: string, versionId: string) => Promise<void>) | null
  /**
   * Whether the bot's credentials could read the value, which they must not. The probe can never return a
   * value. Throws `NotReadable` when it cannot be determined.
   */
  canReadValue(name: string): Promise<boolean>
}

/** A system could not be reached or read; `message` is a sentence for a person. */
export class NotReadable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
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
