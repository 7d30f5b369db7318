import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deleteTakenBefore, findTaken, insertTaken } from '#db/queries/inbox'
import type { Db } from '#db/schema'
import { type OpenTestDatabase, openTestDatabase } from '#test/support/databases'

describe('the inbox', () => {
  let opened: OpenTestDatabase
  let db: Db
  beforeEach(async () => {
    opened = await openTestDatabase()
    db = opened.db
  })
  afterEach(() => opened.close())

  it('takes an interaction once, and keeps its first answer', async () => {
    const errors = { response_action: 'errors', errors: { reason: 'empty' } }
    expect(await findTaken(db, 'T1')).toBeUndefined()
    expect(await insertTaken(db, { id: 'T1', takenAt: 1_000, answer: errors })).toBe(true)
    expect(await insertTaken(db, { id: 'T1', takenAt: 2_000, answer: null })).toBe(false)
    expect(await findTaken(db, 'T1')).toEqual({ answer: errors })
  })

  it('forgets an interaction that is rolled back', async () => {
    const failing = db.transaction().execute(async (tx) => {
      await insertTaken(tx, { id: 'T1', takenAt: 1_000, answer: null })
      throw new Error('refused')
    })
    await expect(failing).rejects.toThrow('refused')
    expect(await insertTaken(db, { id: 'T1', takenAt: 2_000, answer: undefined })).toBe(true)
    expect(await findTaken(db, 'T1')).toEqual({ answer: null })
  })

  it('removes what is older, and nothing else', async () => {
    await insertTaken(db, { id: 'old', takenAt: 999, answer: null })
    await insertTaken(db, { id: 'new', takenAt: 1_000, answer: null })
    await deleteTakenBefore(db, 1_000)
    expect(await findTaken(db, 'old')).toBeUndefined()
    expect(await findTaken(db, 'new')).toEqual({ answer: null })
  })
})
