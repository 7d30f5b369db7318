import { expect, it } from 'vitest'
import { currentVersion, NotReadable } from '#domain/tokens/secret'
import { comparable, type Tools } from './tools.ts'

export function troubleTests({ world, called, able, readAll, make, driver }: Tools): void {
  /** Why something could not be read. */
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
        new RegExp(`^${missing}: .*the secret does not exist`),
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

  it('reports that the manager does not answer', async () => {
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
