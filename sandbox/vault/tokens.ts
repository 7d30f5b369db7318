import { randomBytes } from 'node:crypto'
import { CREDENTIALS } from '#sandbox/demo-users'
import type { World } from '../world.ts'
import { parseSeconds } from './duration.ts'
import { badRequest, invalidToken, VaultError } from './vault-error.ts'

const SECOND = 1_000

/** May do everything. For tests and the simulated administrator, not for the bot. */
export const ROOT_TOKEN = 'hvs.sandbox-root'

/** The bot's AppRole, and the name of its policy. */
export const BOT_ROLE = 'rotation-bot'

/** A client token. It expires on the sandbox's clock. */
export interface Token {
  id: string
  accessor: string
  /** A token is valid in its own namespace only. */
  namespace: string
  createdAt: string
  expiresAt: string
  /** Seconds: added by each renewal, and the maximum lifetime. */
  ttl: number
  maxTtl: number
  renewedAt: string | null
}

/** `null` is root. */
export type Caller = Token | null

interface Role {
  ttl: number
  maxTtl: number
}

const DEFAULT_ROLE: Role = { ttl: 20 * 60, maxTtl: 60 * 60 }

export interface Tokens {
  /** @throws VaultError when the token is unknown, expired, or of another namespace */
  identify(id: string, namespace: string): Caller
  /** AppRole login. @throws VaultError */
  logIn(roleId: unknown, secretId: unknown, namespace: string): Token
  renew(token: Token): Token
  /** Remaining lifetime in seconds. */
  left(token: Token): number
  /** Sets the lifetime of the bot's tokens from the next login on. */
  setRole(change: { token_ttl?: unknown; token_max_ttl?: unknown }): void
}

export function tokensOf(world: World): Tokens {
  const tokens = world.store.collection<Token>('vault.tokens')
  const roles = world.store.collection<Role>('vault.roles')
  const now = () => world.clock.now().getTime()
  const iso = (ms: number) => new Date(ms).toISOString()
  const role = () => roles.get(BOT_ROLE) ?? DEFAULT_ROLE

  return {
    identify(id, namespace) {
      if (id === ROOT_TOKEN) return null
      const token = tokens.get(id)
      if (!token || Date.parse(token.expiresAt) <= now() || token.namespace !== namespace)
        throw invalidToken()
      return token
    },
    logIn(roleId, secretId, namespace) {
      // Vault identifies the login before it validates the rest.
      if (!roleId) throw new VaultError(500, ['failed to determine alias name from login request'])
      if (roleId === CREDENTIALS.vaultRoleId && !secretId) throw badRequest('missing secret_id')
      if (roleId !== CREDENTIALS.vaultRoleId || secretId !== CREDENTIALS.vaultSecretId)
        throw badRequest('invalid role or secret ID')
      const id = `hvs.${randomBytes(24).toString('base64url')}`
      const { ttl, maxTtl } = role()
      return tokens.put(id, {
        id,
        accessor: randomBytes(18).toString('base64url'),
        namespace,
        createdAt: iso(now()),
        expiresAt: iso(now() + Math.min(ttl, maxTtl) * SECOND),
        ttl,
        maxTtl,
        renewedAt: null,
      })
    },
    renew(token) {
      const end = Math.min(now() + token.ttl * SECOND, Date.parse(token.createdAt) + token.maxTtl * SECOND)
      return tokens.put(token.id, { ...token, expiresAt: iso(end), renewedAt: iso(now()) })
    },
    left: (token) => Math.max(0, Math.round((Date.parse(token.expiresAt) - now()) / SECOND)),
    setRole(change) {
      const { ttl, maxTtl } = role()
      roles.put(BOT_ROLE, {
        ttl: parseSeconds(change.token_ttl) ?? ttl,
        maxTtl: parseSeconds(change.token_max_ttl) ?? maxTtl,
      })
    },
  }
}
