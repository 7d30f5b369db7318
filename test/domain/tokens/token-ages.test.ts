import { describe, expect, it } from 'vitest'
import { dueReminders } from '#domain/reminders/due-reminders'
import { type Calendar, calendarOf } from '#domain/time/calendar'
import { ageReading, isSameReading } from '#domain/tokens/age-reading'
import type { SeenToken } from '#domain/tokens/seen-token'
import { freshness, nextDue, tokenAge } from '#domain/tokens/token-age'
import { aReminderState, aSeenToken, NEVER_QUIET, settings } from '#test/support/reminder-year'

const utc = calendarOf('UTC')

/** The age of a token from 1 January, 10:00 UTC. */
const ageAt = (now: string, calendar: Calendar = utc, parts: Partial<SeenToken> = {}) =>
  tokenAge(aSeenToken(parts), calendar, calendar.dayNumber(now))

describe('the age of a token', () => {
  it.each([
    ['2026-01-23T23:59:59.000Z', 22, 'fresh'],
    ['2026-01-24T00:00:00.000Z', 23, 'due-soon'],
    ['2026-01-31T00:00:00.000Z', 30, 'due-soon'],
    ['2026-01-31T23:59:59.000Z', 30, 'due-soon'],
    ['2026-02-01T00:00:00.000Z', 31, 'overdue'],
  ])('is counted in days of the calendar: at %s %i, %s', (now, ageDays, state) => {
    const age = ageAt(now)
    expect(age).toMatchObject({ ageDays, due: '2026-01-31' })
    expect(freshness(age)).toBe(state)
  })

  it('goes by the days of the configured time zone', () => {
    const parts = { currentSince: '2026-01-01T23:30:00.000Z' }
    expect(ageAt('2026-02-01T12:00:00.000Z', utc, parts)).toMatchObject({ ageDays: 31, due: '2026-01-31' })
    expect(ageAt('2026-02-01T12:00:00.000Z', calendarOf('Europe/Berlin'), parts)).toMatchObject({
      ageDays: 30,
      due: '2026-02-01',
    })
  })

  it('is not known while the token cannot be read, whatever was seen before', () => {
    const unread = ageAt('2026-03-01T00:00:00.000Z', utc, { problem: 'throttled' })
    expect(unread).toMatchObject({ ageDays: null, due: null, problem: 'throttled' })
    expect(freshness(unread)).toBe('unknown')
    expect(freshness(ageAt('2026-03-01T00:00:00.000Z', utc, { currentSince: null }))).toBe('unknown')
  })

  it('is never below zero', () => {
    expect(ageAt('2025-12-30T00:00:00.000Z')).toMatchObject({ ageDays: 0, due: '2026-01-31' })
  })

  it.each(['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu'])(
    'calls overdue what a reminder calls overdue: %s',
    (timeZone) => {
      const calendar = calendarOf(timeZone)
      const atNine = settings({ timeZone, quiet: NEVER_QUIET })
      for (let hour = 0; hour < 90 * 24; hour += 7) {
        const now = new Date(Date.parse('2026-01-10T00:00:00Z') + hour * 3_600_000).toISOString()
        const state = aReminderState({ tokens: [aSeenToken()] })
        const [reminder] = dueReminders(state, now, atNine)
        const age = ageAt(now, calendar)
        if (reminder?.kind !== 'token-due') continue
        expect(age.due).toBe(reminder.day)
        expect(age.cadenceDays - (age.ageDays ?? 0)).toBe(reminder.daysLeft)
        expect(freshness(age) === 'overdue').toBe(reminder.daysLeft < 0)
      }
    },
  )

  it('tells which readable token is due first', () => {
    const now = '2026-01-20T00:00:00.000Z'
    const first = ageAt(now, utc, { agent: 'evaluator', cadenceDays: 25 })
    const unread = ageAt(now, utc, { cadenceDays: 5, problem: 'throttled' })
    expect(nextDue([unread, ageAt(now), first])).toEqual({ token: first, due: '2026-01-26', daysLeft: 6 })
    expect(nextDue([unread])).toBeNull()
  })
})

describe('two readings', () => {
  const attempt = { at: '2026-01-20T10:00:00.000Z', succeeded: true, problem: null }
  const reading = (now: string, tokens = [aSeenToken()], problem: string | null = null) =>
    ageReading(tokens, { ...attempt, problem }, utc, now)

  it('look the same within a day, but not on the next, nor when a problem changes', () => {
    const first = reading('2026-01-20T10:00:00.000Z')
    expect(isSameReading(first, reading('2026-01-20T23:00:00.000Z'))).toBe(true)
    expect(isSameReading(first, reading('2026-01-21T00:00:00.000Z'))).toBe(false)
    expect(isSameReading(first, reading('2026-01-20T11:00:00.000Z', undefined, 'the registry is old'))).toBe(
      false,
    )
    const unread = [aSeenToken({ problem: 'throttled' })]
    expect(isSameReading(first, reading('2026-01-20T11:00:00.000Z', unread))).toBe(false)
  })
})
