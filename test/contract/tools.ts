import type { Secret, SecretReading, SecretVersion } from '#domain/tokens/secret'
import type { Ability, SecretsManagerDriver, SecretsWorld } from './driver.ts'

export interface Tools {
  driver: SecretsManagerDriver
  world(): SecretsWorld
  /** A name under the driver's prefix. */
  called(short: string): string
  /** `it`, or a skipped test with the reason why the manager lacks the ability. */
  able(ability: Ability): (title: string, test: () => Promise<void>) => void
  readAll(): Promise<Map<string, SecretReading>>
  /** A secret with one current version. */
  make(short: string, tags?: Record<string, string>): Promise<{ name: string; version: string }>
}

/** A secret without the fields that change with every reading. */
export function comparable(secret: Secret, driver: SecretsManagerDriver): object {
  if (!driver.cannot['version-times']) return secret
  return { ...secret, versions: secret.versions.map(({ createdAt: _, ...version }) => version) }
}

export const versionOf = (secret: Secret | null | undefined, id: string): SecretVersion | undefined =>
  secret?.versions.find((version) => version.id === id)
