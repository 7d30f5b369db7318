import type { SecretsManager } from '#domain/tokens/secret'
import type { Answer, RecordedCall, RecordingProxy } from '#test/support/recording-proxy'

/** Abilities that some secrets managers, or their fakes, lack. */
export type Ability =
  /** Keeps a version that is set but not yet current. */
  | 'pending'
  /** Deletes a version recoverably. */
  | 'withdraw'
  /** Destroys a version permanently and shows it. */
  | 'destroy'
  /** Schedules a secret's deletion. */
  | 'planned-deletion'
  /** Stores binary values. */
  | 'binary'
  /** Denies one secret, and the list. */
  | 'permissions'
  | 'version-times'
  | 'rotate'
  /** Refuses to rotate a secret that is being rotated. */
  | 'rotation-refusals'

/** The value that every driver stores; no answer to the adapter may contain it. */
export const VALUE = 'a-value-that-nobody-may-read'

/**
 * A secrets manager without secrets other than the suite's. Everything but `manager` uses the manager's own
 * API with other credentials than the adapter's.
 */
export interface SecretsWorld {
  /** The adapter under test, through `proxy`, with the bot's credentials. */
  manager: SecretsManager
  /** The adapter with unknown credentials. Requires the ability `permissions`. */
  stranger: SecretsManager
  /** The adapter for another prefix, which begins with the driver's. */
  managerFor(prefix: string): SecretsManager
  /** What the adapter's calls go through. */
  proxy: RecordingProxy
  /** Creates a secret without a version. */
  createSecret(name: string, tags: Record<string, string>): Promise<void>
  /** Sets tags and keeps the others. */
  tag(name: string, tags: Record<string, string>): Promise<void>
  /** Stores `VALUE` as a new version and returns its id; current unless pending. */
  addVersion(name: string, options?: { pending?: boolean; binary?: boolean }): Promise<string>
  /** Makes a pending version current. */
  promote(name: string, versionId: string): Promise<void>
  /** Deletes a version that is not current, recoverably. */
  withdraw(name: string, versionId: string): Promise<void>
  /** Destroys a version that is not current. */
  destroy(name: string, versionId: string): Promise<void>
  planDeletion(name: string): Promise<void>
  /** Deletes a secret permanently. */
  remove(name: string): Promise<void>
  /** Denies the bot an existing secret chosen by the driver. Returns its name. */
  denyOne(): Promise<string>
  makeRotatable(name: string): Promise<void>
  /** Finishes every rotation in progress. */
  finishRotations(): Promise<void>
  close(): Promise<void>
}

export interface SecretsManagerDriver {
  /** The prefix of all of the suite's names and of the adapter. Ends with the separator. */
  prefix: string
  /** Between the parts of a name; `/` where left out. */
  separator?: string
  /** Missing abilities, each with a reason; their tests are skipped by name. */
  cannot: Partial<Record<Ability, string>>
  /** The manager's answer when throttling. */
  throttled: Answer
  /** The manager's answer to a request for a list, with these secrets in one folder. */
  listing(names: string[]): Answer
  /** Whether a call is one that returns a secret's value. */
  readsValue(call: RecordedCall): boolean
  /** A fresh world for one test. */
  open(): Promise<SecretsWorld>
}
