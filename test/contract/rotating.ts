import { expect, it } from 'vitest'
import { currentVersion, NotReadable, RotationRefused } from '#domain/tokens/secret'
import { type Tools, versionOf } from './tools.ts'

const NEW_VERSION = '0a1b2c3d-0000-4000-8000-000000000001'
const OTHER_VERSION = '0a1b2c3d-0000-4000-8000-000000000002'

export function rotatingTests({ world, called, able, make }: Omit<Tools, 'readAll' | 'driver'>): void {
  /** The manager's rotation; tests are skipped when there is none. */
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
