import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findAgeStarts } from '#db/queries/age-starts'
import { insertParts, insertRotationRow } from '#db/queries/rotations'
import type { Db } from '#db/schema'
import type { TokenRollback } from '#domain/rotation/rotation'
import { type OpenTestDatabase, openTestDatabase } from '#test/support/databases'
import { aRotation, aToken, minutesIn, OPENED } from '#test/support/rotation-builder'

const MADE_AT = minutesIn(-12 * 24 * 60)
const COPIED_AT = minutesIn(150)
const ROLLBACK: TokenRollback = {
  to: '3',
  by: 'U0OPERATOR',
  at: minutesIn(140),
  reason: 'the new version is refused',
  madeAt: MADE_AT,
  currentAt: COPIED_AT,
}

describe('the age of a token', () => {
  let opened: OpenTestDatabase
  let db: Db
  beforeEach(async () => {
    opened = await openTestDatabase()
    db = opened.db
  })
  afterEach(() => opened.close())

  const startOf = async (rollback: TokenRollback | null, id = '5') => {
    const token = aToken({ agent: 'evaluator', environment: 'staging' }, { newVersionId: '5', rollback })
    const row = { version: 1, status: 'open', trigger: 'manual', severity: null, reason: '', round: 1 }
    const rotationId = await insertRotationRow(db, { ...row, ownerId: 'U0OPERATOR', openedAt: OPENED })
    await insertParts(db, null, aRotation({ id: rotationId, tokens: [token] }))
    return (await findAgeStarts(db))(token.secret, { id, createdAt: COPIED_AT })
  }

  it('counts from the version that a token was rolled back to, also where a copy of it is current', async () => {
    expect(await startOf(ROLLBACK)).toBe(MADE_AT)
  })

  it.each<[string, TokenRollback | null, string]>([
    ['without a rollback', null, '5'],
    ['while the rollback is not done', { ...ROLLBACK, currentAt: null }, '5'],
    ['of a version since', ROLLBACK, '6'],
    ['where nobody knows when the old version was made', { ...ROLLBACK, madeAt: null }, '5'],
  ])('counts from the creation of the version %s', async (_, rollback, id) => {
    expect(await startOf(rollback, id)).toBe(COPIED_AT)
  })
})
