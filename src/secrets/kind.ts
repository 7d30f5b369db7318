import type { z } from 'zod'
import type { Instant } from '#domain/rotation/rotation'
import type { SecretsManager } from '#domain/tokens/secret'

/** The config's settings of the secrets manager. */
export interface SecretsSettings {
  /** Only secrets whose name begins with it belong to the inventory. */
  prefix: string
  /** Vault: the mount of the KV version 2 secrets engine. */
  mount: string
}

export type Variables = Readonly<Record<string, unknown>>

/** A kind of secrets manager: its environment variables, and how to open it. */
export interface SecretsManagerKind {
  /** Validated together with all other variables, so that all problems are reported at once. */
  env: z.ZodType<Variables>
  rotates: boolean
  /** @param now the bot's clock */
  open(settings: SecretsSettings, variables: Variables, now: () => Instant): SecretsManager
}

/** Creates a kind whose `open` receives the variables that its own schema parsed. */
export const secretsManagerKind = <Env extends Variables>(
  env: z.ZodType<Env>,
  rotates: boolean,
  open: (settings: SecretsSettings, env: Env, now: () => Instant) => SecretsManager,
): SecretsManagerKind => ({
  env,
  rotates,
  open: (settings, variables, now) => open(settings, env.parse(variables), now),
})
