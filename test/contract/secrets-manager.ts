import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { currentVersion, NotReadable, RotationRefused, type Secret } from '#rotation/secret'
import { type Ability, type SecretsManagerDriver, type SecretsWorld, VALUE } from './driver.ts'

const MORE_THAN_A_PAGE = 105
const NEW_VERSION = '0a1b2c3d-0000-4000-8000-000000000001'
const OTHER_VERSION = '0a1b2c3d-0000-4000-8000-000000000002'

/**
 * What every secrets manager's adapter keeps, whatever stands behind it. `test/contract/driver.ts` says what a driver
 * brings along.
 */
export function describeSecretsManager(name: string, driver: SecretsManagerDriver): void {
  describe(`${name} keeps the contract of a secrets manager`, () => {
    let world: SecretsWorld
    beforeEach(async () => {
      world = await driver.open()
    })
    afterEach(async () => {
      const { calls } = world.proxy
      await world.close()
      // Whatever a test was about: nothing that returns a value was called, and no value came back.
      expect(calls.filter((call) => driver.readsValue(call))).toEqual([])
      expect(calls.filter((call) => call.answer.includes(VALUE))).toEqual([])
    })

    const called = (short: string) => `${driver.prefix}${short}`
    const able = (ability: Ability) => {
      const reason = driver.cannot[ability]
      return reason === undefined ? it : (title: string, _test: unknown) => it.skip(`${title} (${reason})`)
    }
    const readAll = async () => new Map((await world.manager.readAll()).map((each) => [each.name, each]))

    /** A secret with one current version. */
    async function make(short: string, tags: Record<string, string> = {}) {
      await world.createSecret(called(short), tags)
      return { name: called(short), version: await world.addVersion(called(short)) }
    }

    describe('reading', () => readingTests({ called, able, readAll, make, world: () => world, driver }))
    describe('trouble', () => troubleTests({ called, able, readAll, make, world: () => world, driver }))
    describe('rotating', () => rotatingTests({ called, able, make, world: () => world }))
  })
}

interface Tools {
  driver: SecretsManagerDriver
  world(): SecretsWorld
  called(short: string): string
  able(ability: Ability): (title: string, test: () => Promise<void>) => void
  readAll(): Promise<Map<string, Awaited<ReturnType<SecretsWorld['manager']['readAll']>>[number]>>
  make(short: string, tags?: Record<string, string>): Promise<{ name: string; version: string }>
}

/** A secret without what the manager makes up anew at every reading. */
function comparable(secret: Secret, driver: SecretsManagerDriver): object {
  if (!driver.cannot['version-times']) return secret
  return { ...secret, versions: secret.versions.map(({ createdAt: _, ...version }) => version) }
}

const versionOf = (secret: Secret | null | undefined, id: string) =>
  secret?.versions.find((version) => version.id === id)

function readingTests({ world, called, able, readAll, make, driver }: Tools): void {
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

function troubleTests({ world, called, able, readAll, make, driver }: Tools): void {
  /** The sentence with which something could not be read. */
  async function problemOf(reading: Promise<unknown>): Promise<string> {
    const error = await reading.then(
      () => new Error('it was read'),
      (problem: unknown) => problem,
    )
    expect(error).toBeInstanceOf(NotReadable)
    return error instanceof Error ? error.message : ''
  }

  it('says which secret is not there', async () => {
    const { name } = await make('short-lived')
    await world().remove(name)
    for (const missing of [name, called('never-made')])
      expect(await problemOf(world().manager.describe(missing))).toMatch(
        new RegExp(`^${missing}: .*no such secret`),
      )
    expect((await readAll()).has(name)).toBe(false)
  })

  able('permissions')('goes on when one of many is denied', async () => {
    const { name } = await make('allowed')
    const denied = await world().denyOne()
    expect(await problemOf(world().manager.describe(denied))).toMatch(new RegExp(`^${denied}: access denied`))
    const all = await readAll()
    expect(all.get(denied)).toMatchObject({ secret: null, problem: expect.stringContaining('access denied') })
    expect(all.get(name)).toMatchObject({ secret: { name }, problem: null })
  })

  able('permissions')('says that it may not read at all, and takes that for no empty list', async () => {
    const { name } = await make('closed')
    expect(await problemOf(world().stranger.readAll())).not.toBe('')
    expect(await problemOf(world().stranger.describe(name))).toContain(name)
  })

  it('asks again when it was throttled once', async () => {
    const { name, version } = await make('busy')
    world().proxy.answerInstead(driver.throttled, 1)
    expect(currentVersion(await world().manager.describe(name))?.id).toBe(version)
    world().proxy.answerInstead(driver.throttled, 1)
    expect((await readAll()).get(name)?.problem).toBeNull()
  })

  it('says that it is throttled when that does not end', async () => {
    const { name } = await make('too-busy')
    world().proxy.answerInstead(driver.throttled)
    const readings = [world().manager.readAll(), world().manager.describe(name)]
    for (const problem of await Promise.all(readings.map(problemOf))) expect(problem).toContain('throttling')
  })

  it('says that the other side has a problem of its own', async () => {
    const { name } = await make('broken')
    world().proxy.answerInstead({ status: 503, headers: {}, body: 'Service Unavailable' })
    expect(await problemOf(world().manager.readAll())).toContain('503')
    expect(await problemOf(world().manager.describe(name))).toContain('503')
  })

  it('says that nobody answers', async () => {
    const { name } = await make('unreachable')
    world().proxy.cutAfter(0)
    expect(await problemOf(world().manager.readAll())).toContain('cannot be reached')
    expect(await problemOf(world().manager.describe(name))).toContain('cannot be reached')
  })

  it('keeps what it has read when the network goes in the middle, and names the rest', async () => {
    for (let index = 0; index < 30; index += 1) await make(`lost/${index}`)
    const asked = world().proxy.calls.length
    const whole = await readAll()
    const calls = world().proxy.calls.length - asked
    world().proxy.cutAfter(calls - 20)
    const half = await readAll()
    expect([...half.keys()].toSorted()).toEqual([...whole.keys()].toSorted())
    const unread = [...half.values()].filter((reading) => reading.secret === null)
    expect(unread.length).toBeGreaterThan(0)
    for (const { name, problem } of unread) {
      expect(problem).toContain(name)
      expect(problem).toContain('cannot be reached')
    }
    for (const [name, { secret }] of half)
      if (secret) expect(whole.get(name)?.secret).toMatchObject(comparable(secret, driver))
  })
}

function rotatingTests({ world, called, able, make }: Omit<Tools, 'readAll' | 'driver'>): void {
  /** The way to rotate; a manager that has none is not asked. */
  function rotate(name: string, versionId: string): Promise<void> {
    const { manager } = world()
    if (!manager.rotate) throw new TypeError('the driver says that it can rotate')
    return manager.rotate(name, versionId)
  }

  it('has a way to rotate, or says that it has none', async () => {
    expect(['function', null]).toContain(world().manager.rotate && typeof world().manager.rotate)
  })

  able('rotate')('makes the version that it was given, sooner or later', async () => {
    const { name, version: old } = await make('rotated')
    await world().makeRotatable(name)
    await rotate(name, NEW_VERSION)
    await world().finishRotations()
    const secret = await world().manager.describe(name)
    expect(currentVersion(secret)?.id).toBe(NEW_VERSION)
    expect(secret.versions.filter((version) => version.pending)).toEqual([])
    expect(versionOf(secret, old)).toMatchObject({ current: false })
  })

  able('rotate')('does nothing more when it is asked again, in the middle and at the end', async () => {
    const { name } = await make('asked-twice')
    await world().makeRotatable(name)
    await rotate(name, NEW_VERSION)
    await rotate(name, NEW_VERSION)
    await world().finishRotations()
    await rotate(name, NEW_VERSION)
    await world().finishRotations()
    const secret = await world().manager.describe(name)
    expect(secret.versions).toHaveLength(2)
    expect(currentVersion(secret)?.id).toBe(NEW_VERSION)
  })

  able('rotate')('tells a refusal from an outage', async () => {
    const { name } = await make('rotatable')
    await world().makeRotatable(name)
    await expect(rotate(called('never-made'), NEW_VERSION)).rejects.toThrow(RotationRefused)
    world().proxy.cutAfter(0)
    await expect(rotate(name, NEW_VERSION)).rejects.toThrow(NotReadable)
  })

  able('rotation-refusals')('is refused what cannot be rotated now, with the reason', async () => {
    const { name: fixed } = await make('not-rotatable')
    const { name: busy } = await make('busy')
    const { name: going } = await make('going')
    await world().makeRotatable(busy)
    await world().makeRotatable(going)
    await rotate(busy, NEW_VERSION)
    await world().planDeletion(going)
    for (const name of [fixed, busy, going]) {
      const refusal = await rotate(name, OTHER_VERSION).catch((error: unknown) => error)
      expect(refusal).toBeInstanceOf(RotationRefused)
      expect(refusal).toMatchObject({ message: expect.stringMatching(new RegExp(`^${name}: .{20,}`)) })
      expect(versionOf(await world().manager.describe(name), OTHER_VERSION)).toBeUndefined()
    }
  })
}
