import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { databaseRecords } from '#db/database-records'
import { findChainHead, findCheckpoint, findHashes, insertEvents, setCheckpoint } from '#db/queries/events'
import { insertRotationRow, raiseRotationNumber } from '#db/queries/rotations'
import type { Db } from '#db/schema'
import { LONG_CHAIN, verifyChain, verifyInThread, verifyNewEvents } from '#db/verify-chain'
import { GENESIS } from '#domain/rotation/event-chain'
import { dropTrigger, type OpenTestDatabase, openTestDatabase } from '#test/support/databases'
import { makePastRotations } from '#test/support/past-rotations'
import { OPENED, OPERATOR } from '#test/support/rotation-builder'

const AT = OPENED

describe('the chain of the history', () => {
  let opened: OpenTestDatabase
  let database: string
  let db: Db
  const EVENTS = LONG_CHAIN + 600

  beforeEach(async () => {
    opened = await openTestDatabase()
    ;({ db, database } = opened)
    await makePastRotations(db, { rotations: 3, events: EVENTS, jobs: 3 })
  })
  afterEach(() => opened.close())

  const headAt = async (count: number) => ({ count, hash: (await findHashes(db, [count])).get(count) ?? '' })
  const alter = async (count: number) => {
    await dropTrigger(db, 'events_no_update')
    await db.updateTable('events').set({ actor: 'U0X' }).where('count', '=', count).execute()
  }

  it('is verified over all its pages, in this thread and in another', async () => {
    const head = await findChainHead(db)
    expect(head.count).toBe(EVENTS)
    expect(await verifyChain(db)).toEqual({ head, problem: null })
    expect(await verifyInThread({ database, from: GENESIS, witnesses: [head] })).toEqual({
      head,
      problem: null,
    })
  })

  it('is continued by what is appended', async () => {
    await insertEvents(db, [
      { type: 'rotation-approved', rotationId: 1, actor: 'bot', at: AT, data: { tokens: 1 } },
    ])
    expect((await findChainHead(db)).count).toBe(EVENTS + 1)
    expect((await verifyChain(db)).problem).toBeNull()
  })

  it('is verified from its checkpoint, which moves on', async () => {
    expect((await verifyNewEvents(db, { database, at: AT })).problem).toBeNull()
    const checkpoint = await findCheckpoint(db)
    expect(checkpoint.count).toBe(EVENTS)
    await alter(700)
    // The checkpoint is trusted; the doctor begins at the first event.
    expect((await verifyNewEvents(db, { database, at: AT })).problem).toBeNull()
    expect((await databaseRecords(database, null).verifyHistory([])).problem).toBe('event 700 was altered')
  })

  it('shows where an event after the checkpoint was altered, and leaves the checkpoint', async () => {
    const checkpoint = await headAt(600)
    await setCheckpoint(db, checkpoint, AT)
    await alter(1_300)
    expect((await verifyNewEvents(db, { database, at: AT })).problem).toBe('event 1300 was altered')
    expect(await findCheckpoint(db)).toEqual(checkpoint)
  })

  it('shows a checkpoint that is not in it', async () => {
    await setCheckpoint(db, { count: 600, hash: 'ab'.repeat(32) }, AT)
    expect((await verifyNewEvents(db, { database, at: AT })).problem).toBe(
      'event 600 differs from its witness',
    )
    await setCheckpoint(db, { count: EVENTS + 1, hash: 'ab'.repeat(32) }, AT)
    expect((await verifyNewEvents(db, { database, at: AT })).problem).toContain(
      `event ${EVENTS + 1} was witnessed`,
    )
  })

  it('shows a cut tail, and a gap, by its head', async () => {
    await dropTrigger(db, 'events_no_delete')
    await db.deleteFrom('events').where('count', '=', EVENTS).execute()
    expect((await verifyChain(db)).problem).toBe(
      `the history ends at event ${EVENTS - 1}, but ${EVENTS} were written`,
    )
    await db.deleteFrom('events').where('count', '=', 900).execute()
    expect((await verifyChain(db)).problem).toBe('event 900 is missing')
  })

  it('numbers rotations by a counter, which can be raised and never goes back', async () => {
    const row = { version: 1, status: 'open', trigger: 'manual', reason: 'x', ownerId: OPERATOR }
    const insert = () => insertRotationRow(db, { ...row, openedAt: AT, round: 1 })
    expect(await insert()).toBe(4)
    await raiseRotationNumber(db, 41)
    expect(await insert()).toBe(42)
    await raiseRotationNumber(db, 7)
    expect(await insert()).toBe(43)
  })
})
