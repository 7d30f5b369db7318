import type { Secret } from '../aws/secret.ts'
import type { Secrets } from '../aws/secrets.ts'
import type { World } from '../world.ts'
import { notFound } from './vault-error.ts'

/** A request to a KV version 2 mount. @returns what goes into `data`, or null for 204 */
export type KvHandler = (call: KvCall) => object | null

export interface KvCall {
  world: World
  secrets: Secrets
  /** The key, without the mount and the kind of path before it. */
  key: string
  body: Record<string, unknown>
  query: Record<string, string>
  now: Date
}

/** A secret whose deletion is planned is a notion of AWS's; here it is gone. */
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
