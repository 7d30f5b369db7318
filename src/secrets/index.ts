import type { SecretsManager } from '#rotation/secret'
import { awsSecretsManager } from './aws.ts'

/** Every kind of secrets manager, by its name in the config. */
export const SECRETS_MANAGERS = {
  aws: awsSecretsManager,
} as const satisfies Record<string, (prefix: string) => SecretsManager>
