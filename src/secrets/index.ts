import { aws } from './aws-kind.ts'
import type { SecretsManagerKind } from './kind.ts'
import { vault } from './vault.ts'

export type { Variables } from './kind.ts'

/** Every secrets manager, by its name in the config. */
export const SECRETS_MANAGERS = { aws, vault } as const satisfies Record<string, SecretsManagerKind>
