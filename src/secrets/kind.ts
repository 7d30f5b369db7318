import type { z } from 'zod'
import type { Instant } from '#domain/rotation/rotation'
import type { SecretsManager } from '#domain/tokens/secret'

/** What the config says about the secrets manager, whichever it is. */
export interface SecretsSettings {
  /** Only secrets whose name begins with it belong to the inventory. */
  prefix: string
  /** Vault: where the KV version 2 secrets engine is mounted. */
  mount: string
}

export type Variables = Readonly<Record<string, unknown>>

/** A kind of secrets manager: what it needs of the environment, and how it is opened. */
export interface SecretsManagerKind {
  /** The variables that it reads; their problems are named together with those of everything else. */
  env: z.ZodType<Variables>
  /** Whether it can rotate a secret by itself. */
  rotates: boolean
  /** @param now the bot's clock */
  open(settings: SecretsSettings, variables: Variables, now: () => Instant): SecretsManager
}

/** Puts a kind together, so that it is opened with what its own schema found. */
export const secretsManagerKind = <Env extends Variables>(
  env: z.ZodType<Env>,
  rotates: boolean,
  open: (settings: SecretsSettings, env: Env, now: () => Instant) => SecretsManager,
): SecretsManagerKind => ({
  env,
  rotates,
  open: (settings, variables, now) => open(settings, env.parse(variables), now),
})
