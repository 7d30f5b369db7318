import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { setPerson } from '#db/queries/people'
import type { Db } from '#db/schema'
import { AlreadyTaken, type Interaction, transact, withInteraction } from '#operations/interaction'
import { type OpenTestDatabase, openTestDatabase } from '#test/support/databases'
import { NOW } from '#test/support/rotation-builder'

const clock = { now: () => NOW }

const click = (): Interaction => ({ id: 'click-1', user: 'U0OPERATOR', name: null, isTaken: false })

describe('the transactions of one interaction', () => {
  let opened: OpenTestDatabase
  let db: Db
  beforeEach(async () => {
    opened = await openTestDatabase()
    db = opened.db
  })
  afterEach(() => opened.close())

  const rename = (name: string) => transact({ db, clock }, (tx) => setPerson(tx, `U0${name}`, name, NOW))
  const names = async () => (await db.selectFrom('people').select('name').execute()).map((row) => row.name)

  it('are no copies of one another when they begin at the same time', async () => {
    const first = click()
    await withInteraction(first, () => Promise.all(['one', 'two', 'three'].map(rename)))
    expect((await names()).toSorted()).toEqual(['one', 'three', 'two'])
    expect(first.isTaken).toBe(true)
    await expect(withInteraction(click(), () => rename('four'))).rejects.toBeInstanceOf(AlreadyTaken)
  })

  it('record it although the first of them fails', async () => {
    const first = click()
    const failing = () =>
      transact({ db, clock }, async () => {
        throw new TypeError('refused')
      })
    const ended = await withInteraction(first, () => Promise.allSettled([failing(), rename('two')]))
    expect(ended.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
    await expect(withInteraction(click(), () => rename('three'))).rejects.toBeInstanceOf(AlreadyTaken)
    expect(await names()).toEqual(['two'])
  })
})
