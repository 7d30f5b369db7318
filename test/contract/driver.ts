import type { SecretsManager } from '#domain/tokens/secret'
import type { Answer, RecordedCall, RecordingProxy } from '#test/support/recording-proxy'

/** What not every secrets manager, or not every stand-in for one, can do. */
export type Ability =
  /** Holds a version that is set but not yet current. */
  | 'pending'
  /** Takes a version away so that it can be had back. */
  | 'withdraw'
  /** Destroys a version for good, and says so. */
  | 'destroy'
  /** Plans a secret's deletion for a later day. */
  | 'planned-deletion'
  /** Keeps a value that is no text. */
  | 'binary'
  /** Denies one secret, and the list. */
  | 'permissions'
  /** Keeps when each version was made. */
  | 'version-times'
  /** Rotates a secret by itself. */
  | 'rotate'
  /** Refuses to rotate what cannot be rotated now. */
  | 'rotation-refusals'

/** Every value that a driver stores; no answer that the adapter gets may hold it. */
export const VALUE = 'a-value-that-nobody-may-read'

/**
 * A secrets manager with nothing in it that the suite has not put there, or with what does not disturb it. Everything but
 * `manager` goes through the manager's own API with other credentials than the adapter's.
 */
export interface SecretsWorld {
  /** The adapter under test. It reaches the manager through `proxy` and has the bot's own credentials. */
  manager: SecretsManager
  /** The adapter with credentials that the manager does not know. Only asked for with the ability `permissions`. */
  stranger: SecretsManager
  /** The adapter for another prefix, which begins with the driver's. */
  managerFor(prefix: string): SecretsManager
  /** What the adapter's calls go through. */
  proxy: RecordingProxy
  /** Makes a secret without any version. */
  createSecret(name: string, tags: Record<string, string>): Promise<void>
  /** Sets tags, leaving the others. */
  tag(name: string, tags: Record<string, string>): Promise<void>
  /** Stores `VALUE` as a new version and returns its id. Current unless it is to stay pending. */
  addVersion(name: string, options?: { pending?: boolean; binary?: boolean }): Promise<string>
  /** Makes a pending version current. */
  promote(name: string, versionId: string): Promise<void>
  /** Takes away a version that is not current, so that it could be had back. */
  withdraw(name: string, versionId: string): Promise<void>
  /** Destroys a version that is not current. */
  destroy(name: string, versionId: string): Promise<void>
  planDeletion(name: string): Promise<void>
  /** Removes a secret at once and for good. */
  remove(name: string): Promise<void>
  /** Denies the bot everything about one secret that the driver chooses; it exists afterwards. Returns its name. */
  denyOne(): Promise<string>
  /** Lets the manager rotate the secret by itself. */
  makeRotatable(name: string): Promise<void>
  /** Lets every rotation that is under way come to its end. */
  finishRotations(): Promise<void>
  close(): Promise<void>
}

/** What the suite needs to know of a secrets manager. */
export interface SecretsManagerDriver {
  /** Every name that the suite makes begins with it, and the adapter is made for it. Ends with `/`. */
  prefix: string
  /** What it cannot do, each with the sentence that says why; the tests of it are named and left out. */
  cannot: Partial<Record<Ability, string>>
  /** What the manager answers when it is asked too often. */
  throttled: Answer
  /** The manager's answer to a request for a list, with these secrets in one folder. */
  listing(names: string[]): Answer
  /** Whether a call is one that returns a secret's value. */
  readsValue(call: RecordedCall): boolean
  /** A fresh world for one test. */
  open(): Promise<SecretsWorld>
}
