import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findClosedRotations } from '#db/queries/closed-rotations'
import { insertParts, insertRotationRow } from '#db/queries/rotations'
import type { Db } from '#db/schema'
import type { RotationToken } from '#domain/rotation/rotation'
import { outcomeOf } from '#domain/rotation/rotation-year'
import { calendarOf } from '#domain/time/calendar'
import { AGENTS } from '#domain/tokens/scope'
import { type OpenTestDatabase, openTestDatabase } from '#test/support/databases'
import { aRotation, aToken, OPERATOR } from '#test/support/rotation-builder'

const DAY = 24 * 60 * 60_000
const RENEWED = '2026-11-20T10:00:00.000Z'
const daysBefore = (days: number) => new Date(Date.parse(RENEWED) - days * DAY).toISOString()

/** Production tokens and their ages in days when renewed; null for unknown, empty for none. */
const renewedAfter = (...days: (number | null | 'never')[]): RotationToken[] =>
  days.map((age, index) =>
    aToken(
      { agent: AGENTS[index] ?? '', environment: 'production' },
      age === 'never'
        ? {}
        : {
            newVersionId: 'new',
            newVersionAt: RENEWED,
            previousVersionAt: age === null ? null : daysBefore(age),
          },
    ),
  )

describe('closed rotations', () => {
  let opened: OpenTestDatabase
  let db: Db
  beforeEach(async () => {
    opened = await openTestDatabase()
    db = opened.db
  })
  afterEach(() => opened.close())

  const close = async (
    tokens: RotationToken[],
    closedAt = RENEWED,
    status: 'complete' | 'aborted' | 'open' = 'complete',
  ) => {
    const row = {
      version: 1,
      status,
      trigger: 'cadence',
      severity: null,
      reason: '',
      ownerId: OPERATOR,
      openedAt: daysBefore(1),
      closedAt: status === 'open' ? null : closedAt,
      round: 1,
    }
    const id = await insertRotationRow(db, row)
    await insertParts(db, null, aRotation({ id, status, tokens }))
    return id
  }
  const outcomes = async (since = '2026-01-01T00:00:00.000Z', timeZone = 'UTC') =>
    (await findClosedRotations(db, since, calendarOf(timeZone))).map(outcomeOf)

  it.each([
    ['on-time', renewedAfter(12, 29, 30)],
    ['late', renewedAfter(12, 31)],
    ['undated', renewedAfter(12, null)],
    ['late', renewedAfter(31, null)],
    ['on-time', renewedAfter(12, 'never')],
    ['undated', renewedAfter('never')],
  ])('count as %s by the age of their tokens', async (outcome, tokens) => {
    await close(tokens)
    expect(await outcomes()).toEqual([outcome])
  })

  it('are in time until the end of the due date, by the days of the configured time zone', async () => {
    const previousVersionAt = '2026-10-21T01:00:00.000Z'
    const renewed = { newVersionId: 'new', newVersionAt: '2026-11-20T23:30:00.000Z', previousVersionAt }
    await close([aToken({ agent: AGENTS[0], environment: 'production' }, renewed)])
    expect(await outcomes(undefined, 'UTC')).toEqual(['on-time'])
    expect(await outcomes(undefined, 'Europe/Berlin')).toEqual(['late'])
    // In that time zone the old version is from the day before, and it is still the 20th.
    expect(await outcomes(undefined, 'America/New_York')).toEqual(['late'])
  })

  it.each([0, 1, 2])('hold each token to its own cadence: %i', async (short) => {
    const age = { newVersionId: 'new', newVersionAt: RENEWED, previousVersionAt: daysBefore(20) }
    await close(
      AGENTS.map((agent, index) =>
        aToken({ agent, environment: 'production' }, { ...age, cadenceDays: index === short ? 14 : 30 }),
      ),
    )
    expect(await outcomes()).toEqual(['late'])
  })

  it('are found from a moment on; open ones are not', async () => {
    await close(renewedAfter(12), '2025-12-31T23:59:59.000Z')
    await close(renewedAfter(12), RENEWED, 'aborted')
    await close(renewedAfter(12), RENEWED, 'open')
    expect(await outcomes()).toEqual(['aborted'])
  })
})
