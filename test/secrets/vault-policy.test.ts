import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decidingRule, type Operation } from '#sandbox/vault/acl'
import { parsePolicy } from '#sandbox/vault/policy'
import { eventually } from '#test/support/person'
import { vaultAs } from '#test/support/vault-client'
import { APP_ROLE, nameOf, openVaultWorld, type VaultWorld } from '#test/support/vault-world'

const RULES = parsePolicy(readFileSync(new URL('../../docs/vault-policy.hcl', import.meta.url), 'utf8'))
const NAME = 'flashfusion/staging/evaluator/capability-token'

const OPERATIONS: Record<string, Operation> = { GET: 'read', LIST: 'list', POST: 'update' }

/** A grant as text: what the policy allows, or a call needed. */
const grant = (capability: string, path: string) => `${capability} ${path}`

describe('the Vault policy in the documentation', () => {
  let world: VaultWorld
  beforeAll(async () => {
    world = await openVaultWorld()
  })
  afterAll(() => world.close())

  it('grants what the bot does, and nothing else', async () => {
    await world.root('POST', 'auth/approle/role/rotation-bot', { token_ttl: '3s' })
    const manager = world.open()
    world.sandbox.world.faults.set('secrets-access-denied', true)
    // Every kind of call that the bot makes: list, describe, look up and renew the token, and read its
    // capabilities.
    await manager.readAll()
    await manager.describe(NAME).catch(() => {})
    await manager.canReadValue(NAME)
    await eventually(async () => world.proxy.calls.some((call) => /renew-self/.test(call.path)), 'a renewal')
    const needed = world.proxy.calls.map(nameOf).flatMap((name) => {
      const [method = '', path = ''] = name.split(' ')
      if (path === 'auth/approle/login' || path.startsWith('sys/internal/ui/mounts/')) return []
      const operation = OPERATIONS[method] ?? 'create'
      const rule = decidingRule(RULES, path, operation)
      return [grant(operation, rule?.path ?? `nothing for ${path}`)]
    })
    const granted = RULES.flatMap(({ path, capabilities }) =>
      capabilities.filter((capability) => capability !== 'deny').map((capability) => grant(capability, path)),
    )
    expect(new Set(needed)).toEqual(new Set(granted))
  })

  it('denies every value', async () => {
    const { auth } = await world.root('POST', 'auth/approle/login', {
      role_id: APP_ROLE.VAULT_ROLE_ID,
      secret_id: APP_ROLE.VAULT_SECRET_ID,
    })
    const bot = vaultAs(`${world.sandbox.url}/vault`, auth?.client_token ?? '')
    expect(await world.root('GET', `secret/data/${NAME}`)).toMatchObject({
      data: { data: { token: expect.any(String) } },
    })
    for (const path of [`secret/data/${NAME}`, `secret/data/${NAME}?version=1`, `secret/subkeys/${NAME}`])
      expect((await bot('GET', path)).status).toBe(403)
    // Also together with a wider policy.
    const wide = [...RULES, { path: 'secret/*', capabilities: ['read', 'list', 'update'] }]
    expect(decidingRule(wide, `secret/data/${NAME}`, 'read')?.capabilities).toEqual(['deny'])
  })
})
