import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mustSucceed, type VaultReply, vaultAs } from '#test/support/vault-client'
import { ANSWERS, type Case, CHOICES, COMPETING_POLICY } from './vault-answers.ts'
import { BOT_ROLE, MOUNT, type VaultStandIn } from './vault-driver.ts'

/** What the bot and its tests rely on in Vault, tested against the sandbox's or a real one. */
export function describeVaultProtocol(name: string, start: () => Promise<VaultStandIn>): void {
  describe(`${name} answers as Vault does`, () => {
    let standIn: VaultStandIn
    let bot = ''
    beforeAll(async () => {
      standIn = await start()
      const login = { role_id: standIn.roleId, secret_id: standIn.secretId }
      const { body } = await vaultAs(standIn.address, '')('POST', 'auth/approle/login', login)
      bot = body.auth?.client_token ?? ''
    })
    afterAll(() => standIn.close())

    const ask = (who: Case[0], request: string, body: object | null): Promise<VaultReply> => {
      const token = { root: standIn.rootToken, bot, nobody: '', stranger: 'hvs.of-nobody' }[who]
      const [method = '', path = ''] = request.split(' ')
      return vaultAs(standIn.address, token)(method, path, body ?? undefined)
    }

    it.each(ANSWERS)('%s: %s', async (who, request, body, status, answer) => {
      const reply = await ask(who, request, body)
      expect({ status: reply.status, body: reply.body }).toMatchObject({ status, body: answer })
      expect(reply.headers.get('content-type')).toBe('application/json')
    })

    const root = (method: string, path: string, body?: object) =>
      mustSucceed(vaultAs(standIn.address, standIn.rootToken))(method, path, body)
    const metadata = async (path: string) => (await root('GET', `${MOUNT}/metadata/${path}`)).data

    it('wants a key’s current version to be named where that is asked for', async () => {
      const path = `${MOUNT}/data/protocol/cas`
      expect((await root('POST', path, { data: {}, options: { cas: 0 } })).data?.version).toBe(1)
      expect(await ask('root', `POST ${path}`, { data: {}, options: { cas: 0 } })).toMatchObject({
        status: 400,
        body: { errors: ['check-and-set parameter did not match the current version'] },
      })
      await root('POST', `${MOUNT}/metadata/protocol/cas`, { cas_required: true })
      expect(await ask('root', `POST ${path}`, { data: {} })).toMatchObject({
        body: { errors: ['check-and-set parameter required for this call'] },
      })
      expect((await root('POST', path, { data: {}, options: { cas: 1 } })).data?.version).toBe(2)
    })

    it('replaces custom metadata by POST and merges them by PATCH', async () => {
      const path = `${MOUNT}/metadata/protocol/tags`
      await root('POST', path, { custom_metadata: { a: 'x', n: 3, t: true } })
      await root('PATCH', path, { custom_metadata: { a: null, b: 'y' } })
      expect(await metadata('protocol/tags')).toMatchObject({
        custom_metadata: { b: 'y', n: '3', t: '1' },
        current_version: 0,
        versions: {},
      })
      await root('POST', path, { custom_metadata: { c: 'z' } })
      expect((await metadata('protocol/tags'))?.custom_metadata).toEqual({ c: 'z' })
    })

    it('deletes so that it can be undone, and destroys so that it cannot', async () => {
      const at = (kind: string) => `${MOUNT}/${kind}/protocol/versions`
      for (const value of ['1', '2', '3']) await root('POST', at('data'), { data: { value } })
      await root('POST', at('delete'), { versions: [1] })
      await root('PUT', at('destroy'), { versions: [2] })
      await root('DELETE', at('data'))
      const { versions, current_version } = (await metadata('protocol/versions')) ?? {}
      const deletedAt = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]+(\.\d{1,9})?Z$/)
      expect(current_version).toBe(3)
      expect(versions).toMatchObject({
        1: { deletion_time: deletedAt, destroyed: false },
        2: { deletion_time: '', destroyed: true },
        3: { deletion_time: deletedAt, destroyed: false },
      })
      for (const version of [1, 2, 3])
        expect(await ask('root', `GET ${at('data')}?version=${version}`, null)).toMatchObject({
          status: 404,
          body: { data: { data: null, metadata: { version } } },
        })
      await root('POST', at('undelete'), { versions: [1, 2] })
      expect((await metadata('protocol/versions'))?.versions).toMatchObject({
        1: { deletion_time: '' },
        2: { destroyed: true },
      })
    })

    it('deletes versions automatically after delete_version_after is set', async () => {
      const at = (kind: string) => `${MOUNT}/${kind}/protocol/mortal`
      await root('POST', at('data'), { data: {} })
      await root('POST', at('metadata'), { delete_version_after: '1h30m' })
      await root('POST', at('data'), { data: {} })
      const read = await metadata('protocol/mortal')
      expect(read).toMatchObject({ delete_version_after: '1h30m0s' })
      expect(read?.versions).toMatchObject({
        1: { deletion_time: '' },
        2: { deletion_time: expect.stringMatching(/Z$/) },
      })
    })

    it('forgets the oldest version beyond max_versions', async () => {
      const at = (kind: string) => `${MOUNT}/${kind}/protocol/many`
      await root('POST', at('metadata'), { max_versions: 2 })
      for (let count = 0; count < 3; count += 1) await root('POST', at('data'), { data: {} })
      const read = await metadata('protocol/many')
      expect(read).toMatchObject({ current_version: 3, oldest_version: 2, max_versions: 2 })
      expect(Object.keys(read?.versions ?? {})).toEqual(['2', '3'])
    })

    it('lists one folder, in which a key and a folder may have the same name', async () => {
      for (const path of ['a', 'a/b', 'z%20%C3%A9%25'])
        await root('POST', `${MOUNT}/data/protocol/folder/${path}`, { data: {} })
      const list = async (folder: string) => (await root('GET', `${MOUNT}/metadata/${folder}?list=true`)).data
      expect(await list('protocol/folder')).toEqual({ keys: ['a', 'a/', 'z é%'] })
      expect(await list('protocol/folder/')).toEqual({ keys: ['a', 'a/', 'z é%'] })
      expect(await list('protocol/folder/a')).toEqual({ keys: ['b'] })
      await root('DELETE', `${MOUNT}/metadata/protocol/folder/a`)
      expect(await list('protocol/folder')).toEqual({ keys: ['a/', 'z é%'] })
    })

    it('decides by the one rule that Vault chooses among several', async () => {
      await root('POST', `sys/policies/acl/${BOT_ROLE}`, { policy: COMPETING_POLICY })
      const decided = []
      for (const [request] of CHOICES) {
        const { status } = await ask('bot', `GET ${request}`, null)
        decided.push([request, status === 404])
      }
      expect(decided).toEqual(CHOICES)
    })
  })
}
