import { describe, expect, it } from 'vitest'
import { dueReminders, maySnooze } from '#domain/reminders/due-reminders'
import type { ReminderState } from '#domain/reminders/reminder'
import type { Instant, Run } from '#domain/rotation/rotation'
import { signOffWaits } from '#domain/rotation/sign-off-waits'
import { calendarOf, isQuiet, parseDay } from '#domain/time/calendar'
import { overdueBeyond, overdueGroups } from '#domain/tokens/due-day'
import {
  aReminderState,
  aSeenToken,
  NEVER_QUIET,
  settings,
  simulateReminders,
  wallClock,
} from '#test/support/reminder-year'
import {
  aFinishedState,
  aRotation,
  aRun,
  aSignOff,
  aToken,
  minutesIn,
  OPENED,
} from '#test/support/rotation-builder'

const YEAR = { from: '2026-01-01T00:00:00.000Z', to: '2027-01-01T00:00:00.000Z' }

/** The newest of several times that has passed. */
const latest = (moments: Instant[], now: Instant): Instant =>
  moments.filter((each) => each <= now).at(-1) ?? moments[0] ?? now

/** A token that is rotated exactly at these times. */
const rotatedAt =
  (moments: Instant[]) =>
  (now: Instant): Partial<ReminderState> => ({
    tokens: [aSeenToken({ currentSince: latest(moments, now) })],
  })

const words = (sent: ReturnType<typeof simulateReminders>, timeZone: string): string[] =>
  sent.map(
    ({ at, reminders }) =>
      `${wallClock(at, timeZone)} ${reminders.map((each) => (each.kind === 'token-due' ? each.daysLeft : each.kind)).join()}`,
  )

describe('a year of cadence', () => {
  it.each(['UTC', 'Europe/Berlin', 'America/New_York'])(
    'says everything at nine in the morning: %s',
    (timeZone) => {
      // Twelve rotations, each on its due day in the afternoon; the seventh is twelve days late.
      const days = [
        '01-01',
        '01-31',
        '03-02',
        '04-01',
        '05-01',
        '05-31',
        '07-12',
        '08-11',
        '09-10',
        '10-10',
        '11-09',
        '12-09',
      ]
      const moments = days.map((day) => `2026-${day}T20:00:00.000Z`)
      const sent = simulateReminders(YEAR, settings({ timeZone, quiet: NEVER_QUIET }), rotatedAt(moments))
      expect(words(sent, timeZone)).toEqual([
        ...['01-24 09:00 7', '01-28 09:00 3', '01-30 09:00 1', '01-31 09:00 0'],
        ...['02-23 09:00 7', '02-27 09:00 3', '03-01 09:00 1', '03-02 09:00 0'],
        ...['03-25 09:00 7', '03-29 09:00 3', '03-31 09:00 1', '04-01 09:00 0'],
        ...['04-24 09:00 7', '04-28 09:00 3', '04-30 09:00 1', '05-01 09:00 0'],
        ...['05-24 09:00 7', '05-28 09:00 3', '05-30 09:00 1', '05-31 09:00 0'],
        ...['06-23 09:00 7', '06-27 09:00 3', '06-29 09:00 1', '06-30 09:00 0'],
        ...['07-01 09:00 -1', '07-02 09:00 -2', '07-03 09:00 -3', '07-04 09:00 -4', '07-05 09:00 -5'],
        ...['07-06 09:00 -6', '07-07 09:00 -7', '07-10 09:00 -10'],
        ...['08-04 09:00 7', '08-08 09:00 3', '08-10 09:00 1', '08-11 09:00 0'],
        ...['09-03 09:00 7', '09-07 09:00 3', '09-09 09:00 1', '09-10 09:00 0'],
        ...['10-03 09:00 7', '10-07 09:00 3', '10-09 09:00 1', '10-10 09:00 0'],
        ...['11-02 09:00 7', '11-06 09:00 3', '11-08 09:00 1', '11-09 09:00 0'],
        ...['12-02 09:00 7', '12-06 09:00 3', '12-08 09:00 1', '12-09 09:00 0'],
      ])
    },
  )

  it('gets rarer for a token that stays unrotated: daily, every third day, weekly', () => {
    const timeZone = 'Europe/Berlin'
    const sent = simulateReminders(
      { from: '2026-01-31T08:00:00.000Z', to: '2026-04-05T00:00:00.000Z' },
      settings({ timeZone, quiet: NEVER_QUIET }),
      rotatedAt(['2026-01-01T10:00:00.000Z']),
    )
    expect(words(sent, timeZone).map((each) => Number(each.split(' ')[2]))).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7, 10, 13, 16, 19, 22, 25, 28, 35, 42, 49, 56, 63].map((days) => 0 - days),
    )
  })

  it('waits for quiet times to end, and then says once what is due', () => {
    const timeZone = 'Europe/Berlin'
    // Due on Saturday, 31 January.
    const sent = simulateReminders(
      { from: '2026-01-20T00:00:00.000Z', to: '2026-02-05T00:00:00.000Z' },
      settings({ timeZone }),
      rotatedAt(['2026-01-01T10:00:00.000Z']),
    )
    expect(words(sent, timeZone)).toEqual([
      // Saturday's, on Monday.
      '01-26 08:00 5',
      '01-28 09:00 3',
      '01-30 09:00 1',
      // Saturday's and Sunday's are part of Monday's.
      '02-02 09:00 -2',
      '02-03 09:00 -3',
      '02-04 09:00 -4',
    ])
  })

  it('says once what a week of downtime has held back', () => {
    const isDown = (now: Instant) => now > '2026-01-27T12:00:00.000Z' && now < '2026-02-03T12:00:00.000Z'
    const token = rotatedAt(['2026-01-01T10:00:00.000Z'])
    const sent = simulateReminders(
      { from: '2026-01-20T00:00:00.000Z', to: '2026-02-05T00:00:00.000Z' },
      settings({ quiet: NEVER_QUIET }),
      (now) => (isDown(now) ? 'down' : token(now)),
    )
    expect(words(sent, 'UTC')).toEqual(['01-24 09:00 7', '02-03 12:00 -3', '02-04 09:00 -4'])
  })

  it('repeats nothing when the clock is set back', () => {
    const state = { tokens: [aSeenToken()] }
    const config = settings({ quiet: NEVER_QUIET })
    const first = dueReminders(aReminderState(state), '2026-01-30T09:05:00.000Z', config)
    expect(first).toHaveLength(1)
    for (const earlier of [
      '2026-01-30T09:00:00.000Z',
      '2026-01-29T12:00:00.000Z',
      '2026-01-25T12:00:00.000Z',
    ])
      expect(dueReminders(aReminderState({ ...state, sent: first }), earlier, config)).toEqual([])
  })

  it('is not silenced by a clock that was a year ahead for a moment', () => {
    const state = { tokens: [aSeenToken()] }
    const config = settings({ quiet: NEVER_QUIET })
    const sent = dueReminders(aReminderState(state), '2027-01-10T12:00:00.000Z', config)
    expect(dueReminders(aReminderState({ ...state, sent }), '2026-01-28T12:00:00.000Z', config)).toHaveLength(
      1,
    )
  })
})

describe('what is due', () => {
  const config = settings({ quiet: NEVER_QUIET })

  it('is one reminder for all tokens of a day, and one message for several days', () => {
    const tokens = [
      aSeenToken(),
      aSeenToken({ secret: 'b', agent: 'evaluator', currentSince: '2026-01-01T23:00:00.000Z' }),
      aSeenToken({ secret: 'c', currentSince: '2026-01-05T01:00:00.000Z' }),
      aSeenToken({ secret: 'd', currentSince: '2026-01-20T01:00:00.000Z' }),
    ]
    const due = dueReminders(aReminderState({ tokens }), '2026-02-01T12:00:00.000Z', config)
    expect(due.map((each) => each.kind === 'token-due' && [each.day, each.tokens.length])).toEqual([
      ['2026-01-31', 2],
      ['2026-02-04', 1],
    ])
  })

  it('leaves tokens out that an open rotation holds, until they are overdue', () => {
    const token = aSeenToken()
    const rotation = aRotation({
      tokens: [aToken(token, { secret: token.secret })],
      openedAt: '2026-01-30T08:00:00.000Z',
    })
    const state = aReminderState({
      tokens: [token],
      rotations: [{ rotation, movedAt: '2026-02-01T08:00:00.000Z' }],
    })
    expect(dueReminders(state, '2026-01-31T12:00:00.000Z', config)).toEqual([])
    const [overdue] = dueReminders(state, '2026-02-01T12:00:00.000Z', config)
    expect(overdue).toMatchObject({ kind: 'token-due', daysLeft: -1, tokens: [{ rotation: 42 }] })
  })

  it('is put off by a snooze, and comes back by itself when it ends', () => {
    const snoozes = [{ kind: 'token-due' as const, subject: '2026-01-31', until: '2026-02-03T00:00:00.000Z' }]
    const sent = simulateReminders(
      { from: '2026-01-30T12:00:00.000Z', to: '2026-02-04T12:00:00.000Z' },
      config,
      (now) => ({ tokens: [aSeenToken()], snoozes: now < '2026-01-30T20:00:00.000Z' ? [] : snoozes }),
    )
    expect(words(sent, 'UTC')).toEqual(['01-30 12:00 1', '02-03 09:00 -3', '02-04 09:00 -4'])
  })

  it('names tokens that could not be read for a day, whatever their age', () => {
    const tokens = [
      aSeenToken({
        currentSince: '2026-01-30T00:00:00.000Z',
        unreadSince: '2026-02-01T10:00:00.000Z',
        problem: 'access denied',
      }),
    ]
    expect(dueReminders(aReminderState({ tokens }), '2026-02-02T09:59:00.000Z', config)).toEqual([])
    expect(dueReminders(aReminderState({ tokens }), '2026-02-02T10:00:00.000Z', config)).toMatchObject([
      { kind: 'token-unread' },
    ])
  })

  it('comes from a stalled rotation, also at night when it is a P1 incident', () => {
    const state = (parts: Parameters<typeof aRotation>[0]) =>
      aReminderState({ rotations: [{ rotation: aRotation(parts), movedAt: OPENED }] })
    const quiet = settings()
    expect(dueReminders(state({}), minutesIn(23 * 60), quiet)).toEqual([])
    expect(dueReminders(state({}), minutesIn(24 * 60), quiet)).toMatchObject([
      { kind: 'stalled', subject: 'R42' },
    ])
    const night = minutesIn(36 * 60)
    expect(dueReminders(state({}), night, quiet)).toEqual([])
    expect(dueReminders(state({ trigger: 'policy-hit', severity: 'P2' }), night, quiet)).toEqual([])
    const [urgent] = dueReminders(state({ trigger: 'policy-hit', severity: 'P1' }), night, quiet)
    expect(urgent).toMatchObject({ kind: 'stalled', urgent: true })
    expect(urgent && maySnooze(urgent, true)).toBe(false)
  })

  it('comes from a run that waits for an approval in the CI, whoever moved the rotation since', () => {
    const approval = { since: minutesIn(60), reviewers: [] }
    const run = aRun({ kind: 'deploy', environment: 'production', state: 'waiting', approval })
    const promoting = (runs: Run[]) =>
      aReminderState({
        rotations: [
          { rotation: aRotation({ status: 'promoting', done: 5, runs }), movedAt: minutesIn(24 * 60) },
        ],
      })
    expect(dueReminders(promoting([run]), minutesIn(24 * 60), config)).toEqual([])
    expect(dueReminders(promoting([run]), minutesIn(25 * 60), config)).toMatchObject([
      { kind: 'stalled', subject: 'R42', since: minutesIn(60) },
    ])
    const running = { ...run, state: 'running' as const, approval: null }
    expect(dueReminders(promoting([running]), minutesIn(25 * 60), config)).toEqual([])
  })

  it('comes from a sign-off that waits: the holders, then the delegate as well', () => {
    const { rotation } = aFinishedState({ rotation: { done: 5, signOffs: [aSignOff()] } })
    const state = aReminderState({ rotations: [{ rotation, movedAt: minutesIn(50) }] })
    const at = (hours: number) => dueReminders(state, minutesIn(50 + hours * 60), config)
    expect(at(3.9)).toEqual([])
    expect(at(4)).toMatchObject([{ subject: 'R42:ai-ops-owner', toDelegate: false }])
    expect(at(8)).toMatchObject([{ subject: 'R42:ai-ops-owner', toDelegate: true }])
    expect(signOffWaits(rotation, minutesIn(50 + 120))).toEqual([{ role: 'ai-ops-owner', ms: 2 * 3_600_000 }])
  })

  it('comes once from a step that a person confirmed without evidence, until the audit log is finished', () => {
    const at = (done: number, hours: number) => {
      const rotations = [{ rotation: aRotation({ done }), movedAt: minutesIn(hours * 60) }]
      return dueReminders(aReminderState({ rotations }), minutesIn(hours * 60), config)
    }
    expect(at(1, 4)).toEqual([])
    expect(at(1, 5)).toMatchObject([{ kind: 'evidence-missing', step: 'inventory-review' }])
    expect(at(5, 3)).toEqual([])
    const completions = { 'inventory-review': { attestations: [] } }
    const rotations = [{ rotation: aRotation({ done: 1, completions }), movedAt: minutesIn(300) }]
    expect(dueReminders(aReminderState({ rotations }), minutesIn(300), config)).toEqual([])
  })
})

describe('overdue beyond a number of days', () => {
  it('counts days of the calendar', () => {
    const tokens = [aSeenToken(), aSeenToken({ secret: 'b', currentSince: null })]
    expect(overdueBeyond(tokens, '2026-02-03T23:59:00.000Z', 3, 'UTC')).toEqual([])
    expect(overdueBeyond(tokens, '2026-02-04T00:00:00.000Z', 3, 'UTC')).toHaveLength(1)
    expect(overdueBeyond(tokens, '2026-02-03T23:30:00.000Z', 3, 'Europe/Berlin')).toHaveLength(1)
  })
})

describe('overdue groups', () => {
  it('are one for each due date, the oldest first, and end with their tokens', () => {
    const tokens = [
      aSeenToken({ secret: 'a', currentSince: '2026-01-03T10:00:00.000Z' }),
      aSeenToken({ secret: 'b' }),
      aSeenToken({ secret: 'c' }),
    ]
    const groups = overdueGroups(tokens, '2026-02-20T00:00:00.000Z', 3, 'UTC')
    expect(groups.map(({ day, tokens: held }) => [day, held.map((token) => token.secret)])).toEqual([
      ['2026-01-31', ['b', 'c']],
      ['2026-02-02', ['a']],
    ])
    expect(overdueGroups(tokens, '2026-02-05T00:00:00.000Z', 3, 'UTC')).toHaveLength(1)
  })
})

describe('a calendar', () => {
  it.each([
    // An hour skipped in spring starts when the clocks skip it; a repeated one starts the first time.
    ['Europe/Berlin', '2026-03-29', 2, '2026-03-29T01:00:00.000Z'],
    ['Europe/Berlin', '2026-10-25', 2, '2026-10-25T00:00:00.000Z'],
    ['America/New_York', '2026-03-08', 2, '2026-03-08T07:00:00.000Z'],
    ['America/New_York', '2026-11-01', 1, '2026-11-01T05:00:00.000Z'],
    ['Pacific/Apia', '2026-11-24', 9, '2026-11-23T20:00:00.000Z'],
    ['Asia/Kathmandu', '2026-11-24', 0, '2026-11-23T18:15:00.000Z'],
  ])('%s %s %i h', (zone, day, hour, instant) => {
    expect(calendarOf(zone).at(parseDay(day) ?? 0, hour)).toBe(instant)
  })

  it('takes no day that there is not', () => {
    expect(['2026-02-30', '2026-13-01', '26-1-1', 'tomorrow', '2026-2-3', ''].map(parseDay)).toEqual([
      null,
      null,
      null,
      null,
      null,
      null,
    ])
    expect(() => calendarOf('Europe/Atlantis')).toThrow(RangeError)
  })

  it('knows quiet hours by its own clocks', () => {
    const berlin = calendarOf('Europe/Berlin')
    const quiet = { from: '20:00', to: '08:00', weekends: true }
    const at = (instant: string) => isQuiet(berlin, instant, quiet)
    expect(at('2026-11-23T07:00:00.000Z')).toBe(false)
    expect(at('2026-11-23T06:59:00.000Z')).toBe(true)
    expect(at('2026-11-23T19:00:00.000Z')).toBe(true)
    expect(at('2026-07-06T06:00:00.000Z')).toBe(false)
    expect(at('2026-11-21T12:00:00.000Z')).toBe(true)
    expect(isQuiet(berlin, '2026-11-23T14:00:00.000Z', { from: '12:00', to: '14:00', weekends: false })).toBe(
      false,
    )
    expect(isQuiet(berlin, '2026-11-23T11:00:00.000Z', { from: '12:00', to: '14:00', weekends: false })).toBe(
      true,
    )
  })
})
