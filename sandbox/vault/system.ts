import { z } from 'zod'
import type { World } from '../world.ts'
import { decidingRule } from './acl.ts'
import { type Policies, policiesOf } from './policies.ts'
import type { VaultRequest } from './request.ts'
import { BOT_ROLE, type Caller, type Token, type Tokens, tokensOf } from './tokens.ts'
import { badRequest, notFound, VaultError } from './vault-error.ts'

/** Answer of a path outside the secrets: `data`, or `auth` with a token; null for 204. */
type Answer = { data: object } | { auth: object } | null

interface SystemCall {
  request: VaultRequest
  caller: Caller
  tokens: Tokens
  policies: Policies
}

type Handler = (call: SystemCall, name: string) => Answer

/** By operation and path; the group in parentheses is the name. */
const HANDLERS: readonly [operation: VaultRequest['operation'], path: RegExp, handle: Handler][] = [
  ['read', /^auth\/token\/lookup-self$/, lookUpSelf],
  ['update', /^auth\/token\/renew-self$/, renewSelf],
  ['update', /^sys\/capabilities-self$/, ownCapabilities],
  ['update', /^auth\/approle\/role\/(.+)$/, changeRole],
  ['read', /^sys\/policies\/acl\/(.+)$/, readPolicy],
  ['update', /^sys\/policies\/acl\/(.+)$/, writePolicy],
]

/** Needs no token. */
export const LOGIN = 'auth/approle/login'

/** @throws VaultError */
export function logIn(world: World, { body, namespace }: VaultRequest): Answer {
  const tokens = tokensOf(world)
  return { auth: auth(tokens, tokens.logIn(body.role_id, body.secret_id, namespace)) }
}

/** Handles a path of `auth/` or `sys/`; undefined for others. @throws VaultError */
export function handleSystem(world: World, request: VaultRequest, caller: Caller): Answer | undefined {
  for (const [operation, path, handle] of HANDLERS) {
    const match = path.exec(request.path)
    if (operation !== request.operation || !match) continue
    const call = { request, caller, tokens: tokensOf(world), policies: policiesOf(world) }
    return handle(call, match[1] ?? '')
  }
  return undefined
}

/** True when a path exists, whatever the operation. */
export const isSystemPath = (path: string): boolean => HANDLERS.some(([, known]) => known.test(path))

const auth = (tokens: Tokens, token: Token) => ({
  client_token: token.id,
  accessor: token.accessor,
  policies: [BOT_ROLE],
  token_policies: [BOT_ROLE],
  metadata: { role_name: BOT_ROLE },
  lease_duration: tokens.left(token),
  renewable: true,
  entity_id: '',
  token_type: 'service',
  orphan: true,
  mfa_requirement: null,
  num_uses: 0,
})

const ROOT = {
  creation_ttl: 0,
  display_name: 'token',
  expire_time: null,
  explicit_max_ttl: 0,
  meta: null,
  num_uses: 0,
  orphan: true,
  path: 'auth/token/create',
  policies: ['root'],
  renewable: false,
  ttl: 0,
  type: 'service',
}

function lookUpSelf({ caller, tokens }: SystemCall): Answer {
  if (!caller) return { data: ROOT }
  return {
    data: {
      accessor: caller.accessor,
      creation_time: Math.floor(Date.parse(caller.createdAt) / 1_000),
      creation_ttl: caller.ttl,
      display_name: 'approle',
      expire_time: caller.expiresAt,
      explicit_max_ttl: 0,
      id: caller.id,
      issue_time: caller.createdAt,
      ...(caller.renewedAt && {
        last_renewal: caller.renewedAt,
        last_renewal_time: Math.floor(Date.parse(caller.renewedAt) / 1_000),
      }),
      meta: { role_name: BOT_ROLE },
      num_uses: 0,
      orphan: true,
      path: LOGIN,
      policies: [BOT_ROLE],
      renewable: true,
      ttl: tokens.left(caller),
      type: 'service',
    },
  }
}

function renewSelf({ caller, tokens }: SystemCall): Answer {
  if (!caller) throw badRequest('lease is not renewable')
  return { auth: auth(tokens, tokens.renew(caller)) }
}

function ownCapabilities({ request, caller, policies }: SystemCall): Answer {
  const paths = z.array(z.string()).min(1).safeParse(request.body.paths).data
  if (!paths) throw badRequest('paths must be supplied')
  const rules = policies.botRules()
  const capabilitiesOf = (path: string): readonly string[] => {
    if (!caller) return ['root']
    const allowed = decidingRule(rules, path, 'read')?.capabilities ?? []
    return allowed.length === 0 || allowed.includes('deny') ? ['deny'] : allowed.toSorted()
  }
  const byPath = Object.fromEntries(paths.map((path) => [path, capabilitiesOf(path)]))
  const [first = ''] = paths
  return { data: { ...byPath, ...(paths.length === 1 && { capabilities: capabilitiesOf(first) }) } }
}

function changeRole({ request, tokens }: SystemCall, name: string): Answer {
  if (name !== BOT_ROLE) throw new VaultError(501, [`The sandbox has the one role ${BOT_ROLE}.`])
  tokens.setRole(request.body)
  return null
}

function readPolicy({ policies }: SystemCall, name: string): Answer {
  const policy = policies.read(name)
  if (policy === undefined) throw notFound()
  return { data: { name, policy } }
}

function writePolicy({ policies, request }: SystemCall, name: string): Answer {
  if (typeof request.body.policy !== 'string') throw badRequest("'policy' parameter not supplied or empty")
  policies.write(name, request.body.policy)
  return null
}
