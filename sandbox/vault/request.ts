import type { Context } from 'hono'
import type { Operation } from './acl.ts'
import { badRequest, unsupportedOperation, VaultError } from './vault-error.ts'

export interface VaultRequest {
  operation: Operation
  /** Without `/v1/`; a list's ends with `/`. */
  path: string
  token: string
  /** Empty for the root namespace. */
  namespace: string
  query: Record<string, string>
  body: Record<string, unknown>
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  GET: 'read',
  POST: 'update',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
}

const MERGE_PATCH = 'application/merge-patch+json'

/**
 * Reads a request. A list is `GET` with `list=true`, because Node's HTTP server refuses the method `LIST`.
 *
 * @param prefix mount path of Vault
 * @throws VaultError
 */
export async function readRequest(c: Context, prefix: string): Promise<VaultRequest> {
  const query = c.req.query()
  const asked = OPERATIONS[c.req.method]
  if (!asked) throw unsupportedOperation()
  if (query.list && !/^(1|t|true|0|f|false)$/i.test(query.list)) throw new VaultError(400, [])
  const operation = asked === 'read' && /^(1|t|true)$/i.test(query.list ?? '') ? 'list' : asked
  const path = decodeURIComponent(new URL(c.req.url).pathname.slice(`${prefix}/v1/`.length))
  const mediaType = c.req.header('content-type')?.split(';')[0]
  if (operation === 'patch' && mediaType !== MERGE_PATCH)
    throw new VaultError(415, [`PATCH requires Content-Type of ${MERGE_PATCH}, provided ${mediaType ?? ''}`])
  return {
    operation,
    path: operation === 'list' && !path.endsWith('/') ? `${path}/` : path,
    token:
      c.req.header('x-vault-token') ?? /^Bearer (.+)$/.exec(c.req.header('authorization') ?? '')?.[1] ?? '',
    namespace: (c.req.header('x-vault-namespace') ?? '').replace(/^root$/, '').replace(/\/$/, ''),
    query,
    body: parse(await c.req.text()),
  }
}

function parse(text: string): Record<string, unknown> {
  if (text === '') return {}
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ...body }
  } catch {
    // Handled below, like JSON that is not an object.
  }
  throw badRequest('error parsing JSON')
}
