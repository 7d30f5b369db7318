import { aws } from './aws.ts'
import type { SecretsManagerKind } from './kind.ts'
import { vault } from './vault.ts'

export type { Variables } from './kind.ts'

/** By the name in the config. */
export const SECRETS_MANAGERS = { aws, vault } as const satisfies Record<string, SecretsManagerKind>
