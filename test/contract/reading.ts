import { expect, it } from 'vitest'
import { currentVersion } from '#domain/tokens/secret'
import { comparable, type Tools, versionOf } from './tools.ts'

const MORE_THAN_A_PAGE = 105

export function readingTests({ world, called, able, readAll, make, driver }: Tools): void {
  it('describes a secret with its tags and its current version', async () => {
    const tags = { owner: 'platform', env: 'staging', scope: 'evaluator', expiry: '2026-12-23T11:02:00.000Z' }
    const { name, version } = await make('one', tags)
    const secret = await world().manager.describe(name)
    expect(secret).toMatchObject({ name, tags, deletedAt: null })
    expect(secret.versions).toHaveLength(1)
    expect(currentVersion(secret)).toMatchObject({
      id: version,
      current: true,
      pending: false,
      state: 'live',
    })
    for (const at of [secret.createdAt, currentVersion(secret)?.createdAt ?? ''])
      expect(new Date(at).toISOString()).toBe(at)
    expect(Date.parse(currentVersion(secret)?.createdAt ?? '')).toBeGreaterThan(0)
  })

  it('reads the same of each in the list of all, and nothing outside the prefix', async () => {
    const before = [...(await readAll()).keys()]
    const names = (await Promise.all(['b/x', 'a', 'b/y'].map((short) => make(short, { owner: short })))).map(
      (made) => made.name,
    )
    const all = await readAll()
    expect([...all.keys()].toSorted()).toEqual([...before, ...names].toSorted())
    for (const name of names) {
      const secret = comparable(await world().manager.describe(name), driver)
      expect(all.get(name)).toMatchObject({ name, secret, problem: null })
    }
    for (const name of all.keys()) expect(name.startsWith(called(''))).toBe(true)
  })

  it('lists only what begins with its prefix, also when the manager lists more', async () => {
    const { name: near } = await make('places/a-1')
    const { name: beside } = await make('places/b-1')
    const narrow = world().managerFor(called('places/a'))
    const listed = async () => (await narrow.readAll()).map((each) => each.name)
    expect(await listed()).toEqual([near])
    world().proxy.answerInstead(driver.listing([near, beside]), 1)
    expect(await listed()).toEqual([near])
  })

  it('reads more than fit on a page, each once', async () => {
    const names = Array.from({ length: MORE_THAN_A_PAGE }, (_, index) => called(`many/${index}`))
    for (const name of names) await world().createSecret(name, {})
    const read = (await world().manager.readAll())
      .map((each) => each.name)
      .filter((each) => names.includes(each))
    expect(read.toSorted()).toEqual(names.toSorted())
  })

  it('shows tags that were changed and added', async () => {
    const { name } = await make('tagged', { env: 'staging', owner: 'platform' })
    await world().tag(name, { env: 'production', version: 'v-2' })
    const tags = { env: 'production', owner: 'platform', version: 'v-2' }
    expect((await world().manager.describe(name)).tags).toEqual(tags)
    expect((await readAll()).get(name)?.secret?.tags).toEqual(tags)
  })

  it('has versions newest first, and the old one is alive until somebody takes it away', async () => {
    const { name, version: old } = await make('renewed')
    const fresh = await world().addVersion(name)
    const secret = await world().manager.describe(name)
    expect(currentVersion(secret)?.id).toBe(fresh)
    expect(secret.versions.filter((version) => version.current)).toHaveLength(1)
    expect(versionOf(secret, old)).toMatchObject({ current: false, pending: false, state: 'live' })
    const times = secret.versions.map((version) => version.createdAt)
    expect(times).toEqual(times.toSorted().toReversed())
  })

  it('takes no version for destroyed because it is old', async () => {
    const { name, version: first } = await make('aged')
    for (let count = 0; count < 3; count += 1) await world().addVersion(name)
    const secret = await world().manager.describe(name)
    expect(secret.versions).toHaveLength(4)
    expect(versionOf(secret, first)?.state).not.toBe('destroyed')
  })

  it('reads a secret without any version, which has none that is current', async () => {
    await world().createSecret(called('empty'), { owner: 'platform' })
    const secret = await world().manager.describe(called('empty'))
    expect(secret).toMatchObject({ tags: { owner: 'platform' }, versions: [] })
    expect((await readAll()).get(called('empty'))).toMatchObject({ secret: { versions: [] }, problem: null })
  })

  able('binary')('reads a binary version like any other', async () => {
    await world().createSecret(called('binary'), {})
    const id = await world().addVersion(called('binary'), { binary: true })
    expect(currentVersion(await world().manager.describe(called('binary')))).toMatchObject({
      id,
      state: 'live',
    })
  })

  able('pending')('tells a version that never finished from the current one', async () => {
    const { name, version } = await make('half-way')
    const pending = await world().addVersion(name, { pending: true })
    const secret = await world().manager.describe(name)
    expect(currentVersion(secret)?.id).toBe(version)
    expect(versionOf(secret, pending)).toMatchObject({ current: false, pending: true })
    expect(versionOf((await readAll()).get(name)?.secret, pending)).toMatchObject({ pending: true })
  })

  able('pending')('has nothing pending once that version is current', async () => {
    const { name } = await make('all-the-way')
    const fresh = await world().addVersion(name, { pending: true })
    await world().promote(name, fresh)
    const secret = await world().manager.describe(name)
    expect(currentVersion(secret)?.id).toBe(fresh)
    expect(secret.versions.filter((version) => version.pending)).toEqual([])
  })

  able('withdraw')('does not take a version that could be had back for destroyed', async () => {
    const { name, version: old } = await make('withdrawn')
    await world().addVersion(name)
    await world().withdraw(name, old)
    expect(versionOf(await world().manager.describe(name), old)).toMatchObject({ state: 'withdrawn' })
    expect(versionOf((await readAll()).get(name)?.secret, old)).toMatchObject({ state: 'withdrawn' })
  })

  able('destroy')('knows a version that is destroyed for good', async () => {
    const { name, version: old } = await make('destroyed')
    const fresh = await world().addVersion(name)
    await world().destroy(name, old)
    const secret = await world().manager.describe(name)
    expect(versionOf(secret, old)).toMatchObject({ state: 'destroyed', current: false })
    expect(currentVersion(secret)).toMatchObject({ id: fresh, state: 'live' })
  })

  able('planned-deletion')(
    'leaves out what is planned for deletion, and says so when asked for it',
    async () => {
      const { name } = await make('going')
      await world().planDeletion(name)
      expect((await readAll()).has(name)).toBe(false)
      const { deletedAt } = await world().manager.describe(name)
      expect(Date.parse(deletedAt ?? '')).toBeGreaterThan(0)
    },
  )
}
