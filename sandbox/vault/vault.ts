import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import { isDenied } from '../aws/faulty-secrets.ts'
import { secretsOf } from '../aws/secrets.ts'
import type { FaultId } from '../faults.ts'
import type { World } from '../world.ts'
import { allows, decidingRule } from './acl.ts'
import { handleKv, keyExists } from './kv.ts'
import { policiesOf } from './policies.ts'
import type { Rule } from './policy.ts'
import { readRequest, type VaultRequest } from './request.ts'
import { handleSystem, isSystemPath, LOGIN, logIn } from './system.ts'
import { type Caller, tokensOf } from './tokens.ts'
import {
  missingToken,
  noHandler,
  notFound,
  permissionDenied,
  unsupportedOperation,
  unsupportedPath,
  VaultError,
} from './vault-error.ts'

/** Mounted secrets engines. The second is an empty version 1, to test that clients notice the difference. */
const MOUNTS = [
  { path: 'secret/', version: '2' },
  { path: 'old-secret/', version: '1' },
] as const

const RETRY_AFTER_SECONDS = 1

const FAULTS = [
  {
    id: 'secrets-throttled',
    answer: (path: string) =>
      new VaultError(429, [`request path "${path}": rate limit quota exceeded`], {
        retryAfter: RETRY_AFTER_SECONDS,
      }),
  },
  { id: 'secrets-unavailable', answer: () => new VaultError(500, ['internal error']) },
] as const satisfies { id: FaultId; answer: (path: string) => VaultError }[]

const MOUNT_INFO = 'sys/internal/ui/mounts/'

/**
 * Vault's HTTP API for the same secrets as in AWS: KV version 2 at `secret/`, AppRole, tokens and policies.
 * For a client with `VAULT_ADDR` set to its mount path.
 *
 * @param prefix mount path
 */
export function createVault(world: World, prefix: string): { routes: Hono } {
  const routes = new Hono()
  routes.all('/v1/*', async (c) => {
    try {
      const request = await readRequest(c, prefix)
      const answer = perform(world, request)
      return answer === null ? json(204, null) : json(200, envelope(answer, mountTypeOf(request)))
    } catch (error) {
      return errorAnswer(error)
    }
  })
  return { routes }
}

function perform(world: World, request: VaultRequest): { data: object } | { auth: object } | null {
  const fault = FAULTS.find(({ id }) => world.faults.on(id))
  if (fault) throw fault.answer(request.path)
  if (request.path === LOGIN && request.operation === 'update') return logIn(world, request)
  if (request.token === '') throw missingToken()
  const caller = tokensOf(world).identify(request.token, request.namespace)
  const rules = caller && policiesOf(world).botRules()
  if (request.path.startsWith(MOUNT_INFO)) return mountInfo(request.path.slice(MOUNT_INFO.length), rules)
  const mount = MOUNTS.find(({ path }) => request.path.startsWith(path))
  const inside = mount ? request.path.slice(mount.path.length) : ''
  const isNew = mount && request.operation === 'update' && !keyExists(world, inside)
  const asked = isNew ? { ...request, operation: 'create' as const } : request
  authorize(world, asked, caller, rules)
  if (mount) return insideMount(world, mount, inside, asked)
  const answer = handleSystem(world, asked, caller)
  if (answer !== undefined) return answer
  if (/^(auth|sys)\//.test(request.path))
    throw isSystemPath(request.path) ? unsupportedOperation() : unsupportedPath()
  throw noHandler(request.path)
}

function authorize(world: World, request: VaultRequest, caller: Caller, rules: Rule[] | null): void {
  if (rules && !allows(rules, request.path, request.operation)) throw permissionDenied()
  const secret = secretsOf(world).find(request.path.slice(`${MOUNTS[0].path}metadata/`.length))
  if (caller && secret && isDenied(world, secret)) throw permissionDenied()
}

function insideMount(
  world: World,
  mount: (typeof MOUNTS)[number],
  path: string,
  request: VaultRequest,
): { data: object } | null {
  // This version 1 mount has no keys.
  if (mount.version === '1') throw notFound()
  const data = handleKv(world, path, request)
  return data && { data }
}

const mountTypeOf = ({ path }: VaultRequest): string =>
  MOUNTS.some((mount) => path.startsWith(mount.path)) ? 'kv' : path.startsWith('auth/token/') ? 'token' : ''

/** Information about a mount, for every client with any access to it. */
function mountInfo(asked: string, rules: Rule[] | null): { data: object } {
  const mount = MOUNTS.find(({ path }) => `${asked}/`.startsWith(path))
  const isKnown = mount && (!rules || rules.some((rule) => hasAccess(rules, rule, mount.path)))
  if (!isKnown)
    throw new VaultError(403, [
      `preflight capability check returned 403, please ensure client's policies grant access to path "${asked}/"`,
    ])
  return { data: { path: mount.path, type: 'kv', options: { version: mount.version } } }
}

const hasAccess = (rules: Rule[], rule: Rule, mount: string): boolean =>
  rule.path.startsWith(mount) && !decidingRule(rules, rule.path, 'read')?.capabilities.includes('deny')

const envelope = (answer: object, mountType = '') => ({
  request_id: randomUUID(),
  lease_id: '',
  renewable: false,
  lease_duration: 0,
  data: null,
  wrap_info: null,
  warnings: null,
  auth: null,
  mount_type: mountType,
  ...answer,
})

function errorAnswer(error: unknown): Response {
  if (!(error instanceof VaultError)) {
    console.error(error)
    return json(500, { errors: ['internal error'] })
  }
  const { retryAfter, envelope: inside, isEmpty } = error.extra
  const headers: Record<string, string> =
    retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }
  const body = isEmpty ? null : inside ? envelope(inside) : { errors: error.errors }
  return json(error.status, body, headers)
}

const json = (status: number, body: object | null, headers: Record<string, string> = {}): Response =>
  new Response(body && JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  })
