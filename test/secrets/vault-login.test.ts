import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BOT_ROLE } from '#sandbox/vault/tokens'
import { eventually } from '#test/support/person'
import {
  APP_ROLE,
  AS_ROOT,
  nameOf,
  openVaultWorld,
  problemOf,
  type VaultWorld,
} from '#test/support/vault-world'

const HOUR = 3_600_000
const LOGIN = 'POST auth/approle/login'
const RENEWAL = 'POST auth/token/renew-self'
const NAME = 'flashfusion/staging/evaluator/capability-token'

describe('the session with Vault', () => {
  let world: VaultWorld
  beforeEach(async () => {
    world = await openVaultWorld()
  })
  afterEach(() => world.close())

  const count = (call: string) => world.proxy.calls.filter((each) => nameOf(each) === call).length
  const setLifetime = (token_ttl: string, token_max_ttl: string) =>
    world.root('POST', `auth/approle/role/${BOT_ROLE}`, { token_ttl, token_max_ttl })
  /** A token as set in VAULT_TOKEN. */
  const makeToken = async (): Promise<string> => {
    const { auth } = await world.root('POST', 'auth/approle/login', {
      role_id: APP_ROLE.VAULT_ROLE_ID,
      secret_id: APP_ROLE.VAULT_SECRET_ID,
    })
    return auth?.client_token ?? ''
  }

  it('logs in by AppRole when something is first asked, once for all who ask', async () => {
    const manager = world.open()
    expect(world.asked()).toEqual([])
    await Promise.all([manager.readAll(), manager.describe(NAME), manager.describe(NAME)])
    expect(count(LOGIN)).toBe(1)
  })

  it('knows no end of what it renews or replaces, and reads that of a token that it cannot renew', async () => {
    expect(await world.open().ownCredential()).toBeNull()
    const renewable = world.open({ VAULT_TOKEN: await makeToken() })
    expect(await renewable.ownCredential()).toBeNull()
    await expect(world.open({ VAULT_TOKEN: 'hvs.unknown' }).ownCredential()).rejects.toThrow(
      /The Vault token: /,
    )
  })

  it('logs in again, once, when the token has expired meanwhile', async () => {
    const manager = world.open()
    await manager.describe(NAME)
    world.sandbox.advance(2 * HOUR)
    const [readings] = await Promise.all([
      manager.readAll(),
      manager.describe(NAME),
      manager.describe(NAME),
      manager.describe(NAME),
    ])
    expect(readings.map((reading) => reading.problem).filter(Boolean)).toEqual([])
    expect(count(LOGIN)).toBe(2)
  })

  it('logs in again where an older server words a dead token like a forbidden path', async () => {
    const manager = world.open()
    await manager.describe(NAME)
    world.sandbox.advance(2 * HOUR)
    world.proxy.answerInstead(
      { status: 403, headers: {}, body: '{"errors":["1 error occurred:\\n\\t* permission denied\\n\\n"]}' },
      1,
    )
    expect((await manager.describe(NAME)).name).toBe(NAME)
    expect(world.asked().slice(-3)).toEqual([
      'GET auth/token/lookup-self',
      LOGIN,
      `GET secret/metadata/${NAME}`,
    ])
  })

  it('takes a forbidden path for what it is, and does not log in for it again', async () => {
    world.sandbox.world.faults.set('secrets-access-denied', true)
    const manager = world.open()
    const denied = (await manager.readAll()).filter((reading) => reading.problem)
    expect(denied).toEqual([
      {
        name: NAME,
        secret: null,
        problem: expect.stringMatching(`^${NAME}: access denied; the bot’s Vault policy`),
      },
    ])
    expect(count(LOGIN)).toBe(1)
  })

  it('gives up after one more login when that does not help', async () => {
    const manager = world.open()
    await manager.describe(NAME)
    world.proxy.answerInstead({
      status: 403,
      headers: {},
      body: '{"errors":["2 errors occurred:\\n\\t* permission denied\\n\\t* invalid token\\n\\n"]}',
    })
    expect(await problemOf(manager.describe(NAME))).toContain('the AppRole login was refused')
  })

  it('renews its token before it expires, and logs in newly where the longest lifetime cuts that short', async () => {
    await setLifetime('3s', '6s')
    const manager = world.open()
    await manager.describe(NAME)
    await eventually(async () => count(RENEWAL) > 0, 'a renewal')
    expect(count(LOGIN)).toBe(1)
    await eventually(async () => count(LOGIN) > 1, 'a new login')
    expect((await manager.describe(NAME)).name).toBe(NAME)
    // Nothing was refused: renewals were in time.
    expect(world.proxy.calls.filter((call) => call.status === 403)).toEqual([])
  })

  it('renews a given token from the start, also without any calls', async () => {
    await setLifetime('3s', '1h')
    world.open({ VAULT_TOKEN: await makeToken() })
    await eventually(async () => count(RENEWAL) > 1, 'two renewals')
    expect(count(LOGIN)).toBe(0)
  })

  it('reports an expired given token, because it cannot be replaced', async () => {
    const manager = world.open({ VAULT_TOKEN: await makeToken() })
    await manager.describe(NAME)
    world.sandbox.advance(2 * HOUR)
    expect(await problemOf(manager.describe(NAME))).toMatch(
      `${NAME}: Vault does not know the token, or it has expired`,
    )
    expect(count(LOGIN)).toBe(0)
  })

  describe('where the server answers alike for every refusal, as OpenBao does', () => {
    const DENIED = {
      status: 403,
      headers: {},
      body: '{"errors":["1 error occurred:\\n\\t* permission denied\\n\\n"]}',
    }

    it('reports a given token that has expired', async () => {
      const manager = world.open({ VAULT_TOKEN: await makeToken() })
      await manager.describe(NAME)
      world.proxy.answerInstead(DENIED)
      await eventually(
        async () => /has expired; set a new VAULT_TOKEN/.test(await problemOf(manager.describe(NAME))),
        'the expiry',
      )
    })

    it('reports a given token that was never known there, such as one of another namespace', async () => {
      world.proxy.answerInstead(DENIED)
      const manager = world.open({ VAULT_TOKEN: 'hvs.of-nobody' })
      expect(await problemOf(manager.describe(NAME))).toMatch(
        /Vault does not know the bot’s token in this namespace.*set a valid VAULT_TOKEN, and the right VAULT_NAMESPACE/,
      )
    })

    it('reports a given token that only lacks the permission', async () => {
      world.sandbox.world.faults.set('secrets-access-denied', true)
      const manager = world.open({ VAULT_TOKEN: await makeToken() })
      expect(await problemOf(manager.describe(NAME))).toContain('access denied; the bot’s Vault policy')
    })
  })

  it('uses a given token although an AppRole is set as well', async () => {
    await world.open({ ...APP_ROLE, ...AS_ROOT }).describe(NAME)
    expect(count(LOGIN)).toBe(0)
  })

  it('stays in its namespace, in which alone its token is good', async () => {
    const manager = world.open({ ...APP_ROLE, VAULT_NAMESPACE: 'teams/agents' })
    expect((await manager.readAll()).filter((reading) => reading.problem)).toEqual([])
    expect(new Set(world.proxy.calls.map((call) => call.headers['x-vault-namespace']))).toEqual(
      new Set(['teams/agents']),
    )
  })

  it('says that the login was refused, and shows neither id', async () => {
    const manager = world.open({ VAULT_ROLE_ID: 'wrong-role', VAULT_SECRET_ID: 'wrong-secret' })
    for (const problem of [await problemOf(manager.readAll()), await problemOf(manager.describe(NAME))]) {
      expect(problem).toContain('set a valid VAULT_ROLE_ID and VAULT_SECRET_ID')
      expect(problem).not.toMatch(/wrong-(role|secret)/)
    }
  })

  it('logs in when Vault is back, after it was away', async () => {
    const manager = world.open()
    world.sandbox.world.faults.set('secrets-unavailable', true)
    expect(await problemOf(manager.describe(NAME))).toContain('Vault failed (HTTP 500)')
    world.sandbox.world.faults.set('secrets-unavailable', false)
    expect((await manager.describe(NAME)).name).toBe(NAME)
  })
})
