import type { Instant } from './rotation.ts'

/** One version of a secret, as its metadata tell. Values are never read. */
export interface SecretVersion {
  id: string
  createdAt: Instant
  /** The version that agents are given now. */
  current: boolean
  /** Being made: set but not yet current. */
  pending: boolean
  /**
   * `live`: can be asked for. `withdrawn`: no label leads to it any more, which is no proof that its issuer refuses it.
   * `destroyed`: proven unusable.
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

/**
 * The port to a secrets manager. Lists and describes; no method returns a secret's value, and none may be added
 * that does.
 */
export interface SecretsManager {
  /** Names of every secret under the configured prefix. The list may be some minutes old. */
  list(): Promise<string[]>
  /** One secret with its versions. Throws `NotReadable` with a sentence when it cannot be read. */
  describe(name: string): Promise<Secret>
}

/** A system could not be read or reached; `message` is a sentence for a person. */
export class NotReadable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'NotReadable'
  }
}

export const currentVersion = (secret: Secret): SecretVersion | undefined =>
  secret.versions.find((version) => version.current)
