import { describe, expect, it } from 'vitest'
import { DEFAULT_ENVIRONMENTS } from '#domain/rotation/environments'
import { type ForecastInput, forecast, median } from '#domain/rotation/forecast'
import { calendarOf } from '#domain/time/calendar'
import type { Freeze, Window, Windows } from '#domain/time/windows'
import { ANY_TIME, SANDBOX } from '#test/support/rotation-builder'

const HOUR = 3_600_000
const BERLIN = 'Europe/Berlin'
const WORKDAYS: Window = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '17:00' }
const HOLIDAYS: Freeze = { from: '2026-12-02', to: '2026-12-06', reason: 'Holidays' }

const input = (windows: Partial<Windows> = {}, parts: Partial<ForecastInput> = {}): ForecastInput => ({
  calendar: calendarOf(BERLIN),
  windows: { ...ANY_TIME, timeZone: BERLIN, ...windows },
  quiet: { from: '20:00', to: '08:00', weekends: true },
  environments: DEFAULT_ENVIRONMENTS,
  past: [],
  revokeWithinHours: 24,
  unsignable: [],
  ...parts,
})

// In Berlin, which is one hour ahead of UTC: 27 November 2026 is a Friday.
const FRIDAY_15 = '2026-11-27T14:00:00.000Z'
const MONDAY_9 = '2026-11-30T08:00:00.000Z'
const TUESDAY_9 = '2026-12-01T08:00:00.000Z'

describe('a start on a Monday morning', () => {
  it('is safe, and says what to expect', () => {
    expect(forecast(MONDAY_9, input())).toEqual({
      signedBy: '2026-11-30T12:00:00.000Z',
      deployments: [{ environment: 'production', from: '2026-11-30T12:00:00.000Z', until: TUESDAY_9 }],
      revokedBy: TUESDAY_9,
      hazard: null,
      safeStart: null,
      basis: 0,
    })
  })

  it('expects the signatures as they came in the past, and people at work', () => {
    const past = [2, 3, 26].map((hours) => ({ toSignatures: hours * HOUR, toPromotion: null }))
    expect(forecast(MONDAY_9, input({}, { past }))).toMatchObject({
      signedBy: '2026-11-30T11:00:00.000Z',
      basis: 3,
    })
    const slow = [{ toSignatures: 12 * HOUR, toPromotion: 13 * HOUR }]
    expect(forecast(MONDAY_9, input({}, { past: slow }))).toMatchObject({
      signedBy: '2026-12-01T07:00:00.000Z',
      hazard: null,
    })
  })

  it('ends with the window of production', () => {
    expect(forecast(MONDAY_9, input({ deploy: { production: WORKDAYS } })).deployments).toEqual([
      {
        environment: 'production',
        from: '2026-11-30T12:00:00.000Z',
        until: '2026-11-30T16:00:00.000Z',
      },
    ])
  })

  it('waits for the window of an environment before the signatures', () => {
    const tuesdays: Window = { ...WORKDAYS, days: ['tue'] }
    const { signedBy, hazard } = forecast(MONDAY_9, input({ deploy: { staging: tuesdays } }))
    expect(signedBy).toBe(TUESDAY_9)
    expect(hazard).toEqual({ kind: 'too-late', environment: 'production' })
  })
})

describe('a start is warned about', () => {
  it('on a Friday at 15:00: the deadline is on Saturday', () => {
    expect(forecast(FRIDAY_15, input())).toMatchObject({
      revokedBy: '2026-11-28T14:00:00.000Z',
      hazard: { kind: 'deadline-uncovered', environment: 'production', freeze: null },
      safeStart: '2026-11-30T07:00:00.000Z',
    })
  })

  it('not on a Friday where people work at weekends', () => {
    const quiet = { from: '20:00', to: '08:00', weekends: false }
    expect(forecast(FRIDAY_15, input({}, { quiet })).hazard).toBeNull()
  })

  it('on a Friday also where only a window tells, and the next start is in the window for starts', () => {
    const quiet = { from: '00:00', to: '00:00', weekends: false }
    const start: Window = { days: ['mon', 'tue'], from: '10:00', to: '12:00' }
    const windows = { start, deploy: { production: WORKDAYS } }
    expect(forecast(FRIDAY_15, input(windows, { quiet }))).toMatchObject({
      hazard: { kind: 'deadline-uncovered', environment: 'production' },
      safeStart: '2026-11-30T09:00:00.000Z',
    })
  })

  it('not where production is deployed to at night, in quiet hours', () => {
    const nights: Window = { days: ['mon', 'tue', 'wed', 'thu'], from: '22:00', to: '04:00' }
    const { hazard, deployments } = forecast(MONDAY_9, input({ deploy: { production: nights } }))
    expect(hazard).toBeNull()
    expect(deployments).toEqual([
      {
        environment: 'production',
        from: '2026-11-30T21:00:00.000Z',
        until: '2026-12-01T03:00:00.000Z',
      },
    ])
  })

  it('when a freeze covers the deadline, which it names, and the next start is after it', () => {
    expect(forecast(TUESDAY_9, input({ freezes: [HOLIDAYS] }))).toMatchObject({
      hazard: { kind: 'deadline-uncovered', environment: 'production', freeze: HOLIDAYS },
      safeStart: '2026-12-07T07:00:00.000Z',
    })
  })

  it('when the window that is left is too short for a deployment', () => {
    const late: Window = { ...WORKDAYS, from: '08:00', to: '09:30' }
    expect(forecast(MONDAY_9, input({ deploy: { production: late } }))).toMatchObject({
      hazard: null,
      deployments: [{ from: '2026-12-01T07:00:00.000Z', until: TUESDAY_9 }],
    })
    const shorter = '2026-11-30T07:30:00.000Z'
    expect(forecast(shorter, input({ deploy: { production: late } })).hazard).toEqual({
      kind: 'too-late',
      environment: 'production',
    })
  })

  it('when the window never opens: there is no safe start', () => {
    const never: Freeze = { from: '2026-01-01', to: '2099-12-31', reason: 'Shut down' }
    expect(forecast(MONDAY_9, input({ freezes: [never] }))).toMatchObject({
      signedBy: null,
      deployments: [{ environment: 'production', from: null }],
      hazard: { kind: 'deadline-uncovered', freeze: never },
      safeStart: null,
    })
    const closed: Window = { ...WORKDAYS, days: [] }
    expect(forecast(MONDAY_9, input({ deploy: { production: closed } }))).toMatchObject({
      deployments: [{ from: null }],
      hazard: { kind: 'deadline-uncovered', environment: 'production', freeze: null },
      safeStart: null,
    })
  })

  it('when nobody can sign, whenever it starts', () => {
    expect(forecast(MONDAY_9, input({}, { unsignable: ['devops-lead'] }))).toMatchObject({
      hazard: { kind: 'nobody-signs', roles: ['devops-lead'] },
      safeStart: null,
    })
  })

  it('for people alone where no deployment follows the sign-offs', () => {
    const scope = { environments: [SANDBOX] }
    expect(forecast(MONDAY_9, input({}, scope))).toMatchObject({ deployments: [], hazard: null })
    expect(forecast(FRIDAY_15, input({}, scope)).hazard).toEqual({
      kind: 'deadline-uncovered',
      environment: null,
      freeze: null,
    })
  })
})

describe('when the clocks change', () => {
  // 28 March 2027 is the Sunday on which Berlin's clocks go forward, and 31 October 2027 the one on which they go back.
  it.each([
    ['forward', '2027-03-26T08:00:00.000Z', '2027-03-29T06:00:00.000Z'],
    ['back', '2027-10-29T07:00:00.000Z', '2027-11-01T07:00:00.000Z'],
  ])('%s, the next safe start is at the local hour, and the deadline after 24 real hours', (_, now, safe) => {
    expect(forecast(now, input())).toMatchObject({
      revokedBy: new Date(Date.parse(now) + 24 * HOUR).toISOString(),
      safeStart: safe,
    })
  })
})

describe('the median', () => {
  it.each([
    [[], undefined],
    [[5], 5],
    [[9, 1, 2], 2],
    [[1, 2, 3, 4], 3],
  ])('of %j is %s', (values, middle) => {
    expect(median(values)).toBe(middle)
  })
})
