import type { Secret } from '../aws/secret.ts'
import type { Secrets } from '../aws/secrets.ts'
import type { World } from '../world.ts'
import { notFound } from './vault-error.ts'

/** @returns the content of `data`, or null for 204 */
export type KvHandler = (call: KvCall) => object | null

export interface KvCall {
  world: World
  secrets: Secrets
  /** Without the mount and path prefix. */
  key: string
  body: Record<string, unknown>
  query: Record<string, string>
  now: Date
}

/** Vault has no scheduled deletion, so such a secret does not exist here. */
export function findKey(secrets: Secrets, key: string): Secret | undefined {
  const secret = secrets.find(key)
  return secret?.name === key && secret.deletedAt === null ? secret : undefined
}

/** @throws VaultError 404 */
export function getKey({ secrets, key }: KvCall): Secret {
  const secret = findKey(secrets, key)
  if (!secret) throw notFound()
  return secret
}
