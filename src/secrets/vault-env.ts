import { z } from 'zod'
import type { VaultServer } from './vault-http.ts'
import type { VaultCredentials } from './vault-session.ts'

const text = z.string().min(1, 'is empty').optional()

interface Credentials {
  VAULT_TOKEN?: string | undefined
  VAULT_ROLE_ID?: string | undefined
  VAULT_SECRET_ID?: string | undefined
}

const lacks = (path: keyof Credentials, message: string) => ({
  path: [path],
  error: `is not set${message}`,
  // Reported also when the address is wrong, so that all problems are reported at once.
  when: () => true,
})

/** Named as for Vault's command line. A token has precedence over an AppRole. */
export const vaultEnv = z
  .object({
    VAULT_ADDR: z
      .string({ error: 'is not set: the address of Vault, such as https://vault.example:8200' })
      .pipe(z.url({ protocol: /^https?$/, error: 'must be an http(s) address' })),
    VAULT_NAMESPACE: text,
    VAULT_TOKEN: text,
    VAULT_ROLE_ID: text,
    VAULT_SECRET_ID: text,
  })
  .refine(
    (env: Credentials) => Boolean(env.VAULT_TOKEN ?? env.VAULT_ROLE_ID ?? env.VAULT_SECRET_ID),
    lacks('VAULT_TOKEN', ', nor are VAULT_ROLE_ID and VAULT_SECRET_ID: the bot needs a token or an AppRole'),
  )
  .refine(
    (env: Credentials) => env.VAULT_TOKEN || !env.VAULT_ROLE_ID || env.VAULT_SECRET_ID,
    lacks('VAULT_SECRET_ID', ', but VAULT_ROLE_ID is: an AppRole needs both'),
  )
  .refine(
    (env: Credentials) => env.VAULT_TOKEN || !env.VAULT_SECRET_ID || env.VAULT_ROLE_ID,
    lacks('VAULT_ROLE_ID', ', but VAULT_SECRET_ID is: an AppRole needs both'),
  )

type VaultEnv = z.output<typeof vaultEnv>

export const serverOf = (env: VaultEnv): VaultServer => ({
  address: env.VAULT_ADDR,
  namespace: env.VAULT_NAMESPACE,
})

export function credentialsOf(env: VaultEnv): VaultCredentials {
  const { VAULT_TOKEN: token, VAULT_ROLE_ID: roleId = '', VAULT_SECRET_ID: secretId = '' } = env
  return token === undefined ? { roleId, secretId } : { token }
}
