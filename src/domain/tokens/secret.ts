import type { Instant } from '#domain/rotation/rotation'

/** One version of a secret, as its metadata tell. Values are never read. */
export interface SecretVersion {
  id: string
  createdAt: Instant
  /** The version that agents are given now. */
  current: boolean
  /** Being made: set but not yet current. */
  pending: boolean
  /**
   * `live`: can be asked for. `withdrawn`: no label leads to it any more, or it is deleted and can be had back, which is
   * no proof that its issuer refuses it. `destroyed`: proven unusable.
   */
  state: 'live' | 'withdrawn' | 'destroyed'
}

/** A secret with its versions, newest first. */
export interface Secret {
  name: string
  /** Tags on AWS, custom metadata in Vault. */
  tags: Record<string, string>
  createdAt: Instant
  /** When deletion is scheduled, if it is. */
  deletedAt: Instant | null
  versions: SecretVersion[]
}

/** A secret, or the sentence that says why it could not be read. */
export interface SecretReading {
  name: string
  secret: Secret | null
  /** Null when it was read. */
  problem: string | null
}

/**
 * The port to a secrets manager. Lists, describes and starts rotations; no method returns a secret's value, and none
 * may be added that does.
 */
export interface SecretsManager {
  /**
   * Every secret under the configured prefix, each with its versions; one that cannot be read says why, and the others
   * go on. Which secrets there are, and their tags, may be some minutes old; what is planned for deletion is left out.
   * Throws `NotReadable` when the list itself cannot be had.
   */
  readAll(): Promise<SecretReading[]>
  /** One secret with its versions, as they are now. Throws `NotReadable` with a sentence when it cannot be read. */
  describe(name: string): Promise<Secret>
  /**
   * Asks the manager to rotate a secret by itself; null where the manager has no such thing. Returns before anything
   * has happened. Asking again with the same version is harmless. Throws `RotationRefused` when asking again would not
   * help, `NotReadable` when it was not heard.
   *
   * @param versionId names the new version; a UUID
   */
  rotate: ((name: string, versionId: string) => Promise<void>) | null
  /**
   * Whether the bot's credentials would be given the secret's value, which they must not. Asks in a way in which no value
   * can be in the answer. Throws `NotReadable` when it cannot be told.
   */
  canReadValue(name: string): Promise<boolean>
}

/** A system could not be read or reached; `message` is a sentence for a person. */
export class NotReadable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'NotReadable'
  }
}

/** The secrets manager was reached and does not rotate the secret; `message` is a sentence for a person. */
export class RotationRefused extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'RotationRefused'
  }
}

export const currentVersion = (secret: Secret): SecretVersion | undefined =>
  secret.versions.find((version) => version.current)
