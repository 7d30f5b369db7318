import type { Secret, SecretReading, SecretVersion } from '#domain/tokens/secret'
import type { Ability, SecretsManagerDriver, SecretsWorld } from './driver.ts'

/** What the parts of the suite work with. */
export interface Tools {
  driver: SecretsManagerDriver
  /** The world of the test that runs. */
  world(): SecretsWorld
  /** A name under the driver's prefix. */
  called(short: string): string
  /** `it`, or a skipped test with the reason why the manager cannot do this. */
  able(ability: Ability): (title: string, test: () => Promise<void>) => void
  /** Every reading by name. */
  readAll(): Promise<Map<string, SecretReading>>
  /** A secret with one current version. */
  make(short: string, tags?: Record<string, string>): Promise<{ name: string; version: string }>
}

/** A secret without what the manager makes up anew at every reading. */
export function comparable(secret: Secret, driver: SecretsManagerDriver): object {
  if (!driver.cannot['version-times']) return secret
  return { ...secret, versions: secret.versions.map(({ createdAt: _, ...version }) => version) }
}

export const versionOf = (secret: Secret | null | undefined, id: string): SecretVersion | undefined =>
  secret?.versions.find((version) => version.id === id)
