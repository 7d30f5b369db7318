import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Ability, type SecretsManagerDriver, type SecretsWorld, VALUE } from './driver.ts'
import { readingTests } from './reading.ts'
import { rotatingTests } from './rotating.ts'
import { troubleTests } from './trouble.ts'

/**
 * The contract of every secrets manager's adapter. `test/contract/driver.ts` describes what a driver
 * provides.
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
      // In every test: no value was requested, and none was returned.
      expect(calls.filter((call) => driver.readsValue(call))).toEqual([])
      expect(calls.filter((call) => call.answer.includes(VALUE))).toEqual([])
    })

    const { prefix, separator = '/' } = driver
    const called = (short: string) => `${prefix}${short.replaceAll('/', separator)}`
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
