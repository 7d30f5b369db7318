import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { currentVersion, type SecretReading } from '#domain/tokens/secret'
import { encoded } from '#test/support/vault-client'
import { AS_ROOT, openVaultWorld, problemOf, type VaultWorld } from '#test/support/vault-world'

const NAME = 'flashfusion/staging/evaluator/capability-token'

const named = (readings: SecretReading[]) => readings.map((reading) => reading.name).toSorted()

describe('reading from Vault', () => {
  let world: VaultWorld
  beforeEach(async () => {
    world = await openVaultWorld()
  })
  afterEach(() => world.close())

  const write = (name: string) => world.root('POST', `secret/data/${encoded(name)}`, { data: { token: 'x' } })
  const answer = (status: number, body: string, headers: Record<string, string> = {}) => ({
    status,
    headers,
    body,
  })

  describe('names and folders', () => {
    it('lists each folder once and reads each secret once, by metadata alone', async () => {
      const readings = await world.open().readAll()
      expect(readings).toHaveLength(9)
      const [login, ...calls] = world.asked()
      expect(login).toBe('POST auth/approle/login')
      // The prefix, 3 environments and 9 agents, with a secret in each.
      expect(calls.filter((call) => call.startsWith('LIST secret/metadata/flashfusion/'))).toHaveLength(13)
      expect(calls.filter((call) => call.startsWith('GET secret/metadata/flashfusion/'))).toHaveLength(9)
      expect(new Set(calls).size).toBe(22)
      expect(calls).toHaveLength(22)
    })

    it('reads names with anything in them', async () => {
      const names = ['with space', 'é and ü', '100%', 'a%2Fb', 'question?hash#', 'plus+and&', "o'brien"]
      for (const name of names) await write(`odd/${name}`)
      const manager = world.open(AS_ROOT, { prefix: 'odd/' })
      const readings = await manager.readAll()
      expect(named(readings)).toEqual(names.map((name) => `odd/${name}`).toSorted())
      for (const { name, secret } of readings) {
        expect(secret && currentVersion(secret)?.id).toBe('1')
        expect(await manager.describe(name)).toEqual(secret)
      }
    })

    it('tells a secret from the folder of the same name', async () => {
      for (const name of ['twice/a', 'twice/a/b', 'twice/a/b/c']) await write(name)
      const manager = world.open(AS_ROOT, { prefix: 'twice/' })
      expect(named(await manager.readAll())).toEqual(['twice/a', 'twice/a/b', 'twice/a/b/c'])
    })

    it('goes down as far as there is something', async () => {
      const deep = `deep/${Array.from({ length: 40 }, (_, index) => index).join('/')}`
      await write(deep)
      expect(named(await world.open(AS_ROOT, { prefix: 'deep/' }).readAll())).toEqual([deep])
    })

    it('takes a prefix that ends in the middle of a name, or is none', async () => {
      const prefixed = async (prefix: string) => named(await world.open(AS_ROOT, { prefix }).readAll())
      expect(await prefixed('flashfusion/staging/eval')).toEqual([NAME])
      expect(await prefixed('flash')).toHaveLength(9)
      expect(await prefixed('flashfusion/stag')).toHaveLength(3)
      expect(await prefixed('')).toHaveLength(9)
      for (const name of ['pre/ab', 'pre/a/c', 'pre/b', 'pre/b/a']) await write(name)
      expect(await prefixed('pre/a')).toEqual(['pre/a/c', 'pre/ab'])
    })

    it('finds nothing in a folder that is not there', async () => {
      expect(await world.open(AS_ROOT, { prefix: 'nobodys/' }).readAll()).toEqual([])
    })

    it.each(['', 'a//b', 'a/../b', './a', 'a/'])(
      'refuses the name “%s”, which would lead elsewhere',
      async (name) => {
        expect(await problemOf(world.open(AS_ROOT).describe(name))).toContain('not the path of a secret')
        expect(world.asked().filter((call) => call.includes('metadata'))).toEqual([])
      },
    )
  })

  describe('versions', () => {
    const describeNow = () => world.open(AS_ROOT).describe('mine/token')
    const states = async () =>
      (await describeNow()).versions.map(
        ({ id, state, current }) => `${id} ${state}${current ? ' current' : ''}`,
      )
    const act = (kind: string, versions: number[]) =>
      world.root('POST', `secret/${kind}/mine/token`, { versions })

    it('keeps what was deleted apart from what was destroyed', async () => {
      for (let count = 0; count < 4; count += 1) await write('mine/token')
      await act('delete', [2])
      await act('destroy', [1])
      expect(await states()).toEqual(['4 live current', '3 live', '2 withdrawn', '1 destroyed'])
      await act('undelete', [1, 2])
      expect(await states()).toEqual(['4 live current', '3 live', '2 live', '1 destroyed'])
    })

    it('has no current version when the newest is deleted or destroyed: Vault gives out none then', async () => {
      await write('mine/token')
      await write('mine/token')
      await act('delete', [2])
      expect(await states()).toEqual(['2 withdrawn', '1 live'])
      await act('destroy', [2])
      expect(await states()).toEqual(['2 destroyed', '1 live'])
    })

    it('holds a version for alive until the time at which it is to be deleted', async () => {
      await world.root('POST', 'secret/metadata/mine/token', { delete_version_after: '1h' })
      await write('mine/token')
      expect(await states()).toEqual(['1 live current'])
      world.sandbox.advance(2 * 3_600_000)
      expect(await states()).toEqual(['1 withdrawn'])
    })

    it('says nothing of versions that vanished beyond the most that are kept', async () => {
      await world.root('POST', 'secret/metadata/mine/token', { max_versions: 2 })
      for (let count = 0; count < 12; count += 1) await write('mine/token')
      expect(await states()).toEqual(['12 live current', '11 live'])
    })

    it('orders versions by number and not by text', async () => {
      await world.root('POST', 'secret/metadata/mine/token', { max_versions: 20 })
      for (let count = 0; count < 11; count += 1) await write('mine/token')
      expect((await describeNow()).versions.map(({ id }) => id).slice(0, 3)).toEqual(['11', '10', '9'])
    })

    it('cuts nanoseconds off', async () => {
      await write('mine/token')
      const { created_time } = (await world.root('GET', 'secret/metadata/mine/token')).data ?? {}
      expect(created_time).toMatch(/\.\d{9}Z$/)
      expect((await describeNow()).createdAt).toBe(String(created_time).replace(/\d{6}Z$/, 'Z'))
    })
  })

  describe('trouble', () => {
    it('says that the mount is a version 1, and never takes it for empty', async () => {
      const manager = world.open(AS_ROOT, { mount: 'old-secret' })
      for (const problem of [await problemOf(manager.readAll()), await problemOf(manager.describe(NAME))])
        expect(problem).toContain('KV version 1, which keeps no versions; set secrets.mount')
    })

    it('says that there is no such mount', async () => {
      const manager = world.open(AS_ROOT, { mount: 'nowhere' })
      for (const problem of [await problemOf(manager.readAll()), await problemOf(manager.describe(NAME))])
        expect(problem).toContain('Vault has nothing mounted there; correct secrets.mount')
    })

    it('says that a mount which the bot may not see is denied', async () => {
      const problem = await problemOf(world.open(undefined, { mount: 'nowhere' }).readAll())
      expect(problem).toMatch(/^nowhere\/flashfusion\/: access denied; .*secrets\.mount/)
    })

    it('throws when a folder may not be listed: what is in it would be missing from the list', async () => {
      const { data } = await world.root('GET', 'sys/policies/acl/rotation-bot')
      const denial = 'path "secret/metadata/flashfusion/staging/*" { capabilities = ["deny"] }'
      await world.root('POST', 'sys/policies/acl/rotation-bot', { policy: `${data?.policy}\n${denial}` })
      expect(await problemOf(world.open().readAll())).toMatch(
        /^secret\/flashfusion\/staging\/.*: access denied/,
      )
    })

    it.each([
      [503, '{"errors":["Vault is sealed"]}', 'Vault is sealed; unseal it'],
      [472, '', 'disaster recovery standby'],
      [473, '', 'a standby that does not answer; set VAULT_ADDR to the active one'],
      [412, '{"errors":["required index state not present"]}', 'is behind the others'],
      [400, '{"errors":["something\\nnew"]}', 'Vault says: something new'],
      [200, '<html>Welcome</html>', 'not Vault’s; check VAULT_ADDR'],
      [200, '{"data":{"keys":7}}', 'not that of a KV version 2 mount'],
    ])('has a sentence for %i %s', async (status, body, sentence) => {
      const manager = world.open(AS_ROOT)
      await manager.describe(NAME)
      world.proxy.answerInstead(answer(status, body))
      expect(await problemOf(manager.describe(NAME))).toContain(sentence)
      expect(await problemOf(manager.readAll())).toContain(sentence)
    })

    it.each([412, 429, 500, 502, 503])('asks again after a passing %i', async (status) => {
      const manager = world.open(AS_ROOT)
      await manager.describe(NAME)
      world.proxy.answerInstead(answer(status, '{"errors":["not now"]}', { 'retry-after': '0' }), 2)
      expect((await manager.describe(NAME)).name).toBe(NAME)
    })

    it('reads the others when one answer makes no sense', async () => {
      const manager = world.open(AS_ROOT, { prefix: 'flashfusion/staging/evaluator/' })
      await manager.readAll()
      const metadata = JSON.stringify({ data: { versions: 'many' } })
      world.proxy.answerInstead(answer(200, metadata), 1)
      expect(await problemOf(manager.describe(NAME))).toContain('not that of a KV version 2 mount')
      expect((await manager.readAll()).map((reading) => reading.problem)).toEqual([null])
    })

    it.each([
      ['secrets-throttled', 'Vault is throttling'],
      ['secrets-unavailable', 'HTTP 500'],
    ] as const)('says what the fault %s does', async (fault, sentence) => {
      const manager = world.open()
      await manager.describe(NAME)
      world.sandbox.world.faults.set(fault, true)
      expect(await problemOf(manager.readAll())).toContain(sentence)
    })

    it('stops early when Vault goes down in the middle of hundreds', async () => {
      for (let index = 0; index < 60; index += 1) await write(`lost/${index}`)
      const manager = world.open(AS_ROOT, { prefix: 'lost/' })
      await manager.readAll()
      world.proxy.cutAfter(3)
      const problems = (await manager.readAll()).map((reading) => reading.problem ?? 'read')
      expect(problems.filter((problem) => problem === 'read').length).toBeGreaterThan(0)
      expect(
        problems.filter((problem) => /skipped, because Vault cannot be reached/.test(problem)).length,
      ).toBeGreaterThan(40)
    })

    it('no longer lists a secret that is planned for deletion elsewhere', async () => {
      world.sandbox.world.faults.set('secret-missing', true)
      const manager = world.open()
      expect(await manager.readAll()).toHaveLength(8)
      const missing = 'flashfusion/production/tool-runner/capability-token'
      expect(await problemOf(manager.describe(missing))).toContain('the secret does not exist')
    })
  })
})
