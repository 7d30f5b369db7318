import { secretsOf } from '../aws/secrets.ts'
import type { World } from '../world.ts'
import { findKey, type KvHandler } from './kv-call.ts'
import { DATA, deleteVersions, destroyVersions, undeleteVersions } from './kv-data.ts'
import { METADATA } from './kv-metadata.ts'
import type { VaultRequest } from './request.ts'
import { badRequest, unsupportedOperation, warned } from './vault-error.ts'

const HANDLERS: Readonly<Record<string, Readonly<Record<string, KvHandler>>>> = {
  metadata: METADATA,
  data: DATA,
  delete: { update: deleteVersions },
  undelete: { update: undeleteVersions },
  destroy: { update: destroyVersions },
}

const NO_SUCH_KIND =
  "Invalid path for a versioned K/V secrets engine. See the API docs for the appropriate API endpoints to use. If using the Vault CLI, use 'vault kv get' for this operation."
const LIST_ONLY = 'Non-listing operations on the root of a K/V v2 mount are not supported.'

/**
 * Handles a request to the mount.
 *
 * @param path inside the mount, such as `metadata/flashfusion/a`
 * @throws VaultError
 */
export function handleKv(world: World, path: string, request: VaultRequest): object | null {
  const [kind = '', ...rest] = path.split('/')
  const handlers = Object.hasOwn(HANDLERS, kind) ? HANDLERS[kind] : undefined
  if (!handlers) throw warned(404, NO_SUCH_KIND)
  if (rest.length === 0) throw warned(404, LIST_ONLY)
  const run = handlers[request.operation]
  if (!run) throw unsupportedOperation()
  const { operation, body, query } = request
  const asked = rest.join('/')
  if (operation !== 'list' && operation !== 'read' && path.endsWith('/'))
    throw badRequest("cannot write to a path ending in '/'")
  const key = operation === 'read' ? asked.replace(/\/$/, '') : asked
  return run({ world, secrets: secretsOf(world), key, body, query, now: world.clock.now() })
}

/** True when a write would change something existing, which needs another capability than creating it. */
export const keyExists = (world: World, path: string): boolean =>
  !/^(metadata|data)\//.test(path) || findKey(secretsOf(world), path.replace(/^[^/]+\//, '')) !== undefined
