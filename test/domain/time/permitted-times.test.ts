import { describe, expect, it } from 'vitest'
import { calendarOf, isQuiet } from '#domain/time/calendar'
import {
  barredBy,
  barredDeployment,
  barredStart,
  type Freeze,
  permittedUntil,
  type Window,
  type Windows,
  workingTimes,
} from '#domain/time/windows'

const BERLIN = calendarOf('Europe/Berlin')
const DAYTIME: Window = { days: ['mon', 'tue', 'wed', 'thu'], from: '09:00', to: '15:00' }
const HOLIDAYS: Freeze = { from: '2026-12-20', to: '2027-01-03', reason: 'Holidays' }
const WINDOWS: Windows = {
  timeZone: 'Europe/Berlin',
  start: DAYTIME,
  deploy: { production: { ...DAYTIME, days: ['tue'] } },
  freezes: [HOLIDAYS],
}

// 30 November 2026 is a Monday; Berlin is one hour ahead of UTC.
const MONDAY_10 = '2026-11-30T09:00:00.000Z'

describe('starts and deployments', () => {
  it('have windows of their own', () => {
    expect(barredStart(WINDOWS, MONDAY_10)).toBeNull()
    expect(barredDeployment(WINDOWS, 'production', MONDAY_10)).toEqual({
      freeze: null,
      next: '2026-12-01T08:00:00.000Z',
    })
    expect(barredDeployment(WINDOWS, 'staging', MONDAY_10)).toBeNull()
  })

  it('are all frozen, also where there is no window, and by a name that every object has', () => {
    const frozen = { freeze: HOLIDAYS, next: '2027-01-03T23:00:00.000Z' }
    expect(barredDeployment(WINDOWS, 'staging', '2026-12-24T09:00:00.000Z')).toEqual(frozen)
    expect(barredDeployment(WINDOWS, 'constructor', '2026-12-24T09:00:00.000Z')).toEqual(frozen)
    expect(barredStart(WINDOWS, '2026-12-24T09:00:00.000Z')?.freeze).toEqual(HOLIDAYS)
  })
})

describe('what may be done now', () => {
  const until = (now: string, windows: Window[] | null, ...freezes: Freeze[]) =>
    permittedUntil(BERLIN, now, { windows, freezes })

  it.each<[string, string, Window[] | null, Freeze[], string | null]>([
    ['until its window closes', MONDAY_10, [DAYTIME], [], '2026-11-30T14:00:00.000Z'],
    [
      'into the next day',
      MONDAY_10,
      [{ days: ['mon'], from: '09:00', to: '04:00' }],
      [],
      '2026-12-01T03:00:00.000Z',
    ],
    [
      'through windows that follow one another',
      MONDAY_10,
      [
        { days: ['mon'], from: '09:00', to: '24:00' },
        { days: ['tue'], from: '00:00', to: '12:00' },
      ],
      [],
      '2026-12-01T11:00:00.000Z',
    ],
    ['until a freeze begins', MONDAY_10, null, [HOLIDAYS], '2026-12-19T23:00:00.000Z'],
    ['without end', MONDAY_10, null, [], null],
    [
      'until a freeze that begins before its window closes',
      '2026-12-19T22:00:00.000Z',
      [{ days: ['sat'], from: '22:00', to: '04:00' }],
      [HOLIDAYS],
      '2026-12-19T23:00:00.000Z',
    ],
    [
      'by the local clock on the day on which it changes',
      '2027-03-28T00:30:00.000Z',
      [{ days: ['sun'], from: '01:00', to: '06:00' }],
      [],
      '2027-03-28T04:00:00.000Z',
    ],
  ])('may be done %s', (_, now, windows, freezes, end) => {
    expect(until(now, windows, ...freezes)).toBe(end)
  })
})

describe('working times', () => {
  // Every half hour of nine days, across the change of the clocks.
  const moments = Array.from({ length: 9 * 48 }, (_, index) =>
    new Date(Date.parse('2027-03-25T00:00:00.000Z') + index * 30 * 60_000).toISOString(),
  )

  it.each([
    { from: '20:00', to: '08:00', weekends: true },
    { from: '12:00', to: '13:30', weekends: false },
    { from: '00:00', to: '08:00', weekends: true },
    { from: '22:00', to: '00:00', weekends: false },
    { from: '09:00', to: '09:00', weekends: true },
  ])('are what is not quiet: %j', (quiet) => {
    const working = workingTimes(quiet, [])
    for (const now of moments)
      expect(barredBy(BERLIN, now, working) === null, now).toBe(!isQuiet(BERLIN, now, quiet))
  })
})
