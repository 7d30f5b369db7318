import { describe, expect, it } from 'vitest'
import { calendarOf } from '#domain/time/calendar'
import { barredBy, type Freeze, nextPermitted, type Window } from '#domain/time/windows'

const BERLIN = calendarOf('Europe/Berlin')
const WORKDAYS: Window = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:30', to: '17:00' }
const YEAR_END: Freeze = { from: '2026-12-21', to: '2027-01-03', reason: 'year end' }

// 27 November 2026 is a Friday; Berlin is one hour ahead of UTC.
const permitted = (window: Window | null, ...freezes: Freeze[]) => ({ windows: window && [window], freezes })

describe('a window', () => {
  it.each([
    ['inside', '2026-11-27T09:00:00.000Z', null],
    ['at its first minute', '2026-11-27T07:30:00.000Z', null],
    ['a moment before it', '2026-11-27T07:29:59.000Z', '2026-11-27T07:30:00.000Z'],
    ['at its end', '2026-11-27T16:00:00.000Z', '2026-11-30T07:30:00.000Z'],
    ['on a Sunday', '2026-11-29T12:00:00.000Z', '2026-11-30T07:30:00.000Z'],
  ])('opens as its days and hours say: %s', (_, now, next) => {
    const barred = barredBy(BERLIN, now, permitted(WORKDAYS))
    expect(barred && { freeze: barred.freeze, next: barred.next }).toEqual(next && { freeze: null, next })
  })

  it('may reach into the next day', () => {
    const night: Window = { days: ['fri'], from: '22:00', to: '04:00' }
    expect(barredBy(BERLIN, '2026-11-28T02:59:00.000Z', permitted(night))).toBeNull()
    expect(barredBy(BERLIN, '2026-11-28T03:00:00.000Z', permitted(night))?.next).toBe(
      '2026-12-04T21:00:00.000Z',
    )
  })

  it('of a whole day has the same beginning and end', () => {
    const sundays: Window = { days: ['sun'], from: '00:00', to: '00:00' }
    expect(barredBy(BERLIN, '2026-11-28T23:00:00.000Z', permitted(sundays))).toBeNull()
    expect(barredBy(BERLIN, '2026-11-29T23:00:00.000Z', permitted(sundays))?.next).toBe(
      '2026-12-05T23:00:00.000Z',
    )
  })

  it('keeps its hours when the clocks change', () => {
    expect(nextPermitted(BERLIN, '2027-03-27T12:00:00.000Z', permitted(WORKDAYS))).toBe(
      '2027-03-29T06:30:00.000Z',
    )
  })

  it('that names no day never opens', () => {
    expect(barredBy(BERLIN, '2026-11-27T09:00:00.000Z', permitted({ ...WORKDAYS, days: [] }))).toEqual({
      freeze: null,
      next: null,
    })
  })
})

describe('a freeze', () => {
  it('bars its days, both ends included, and is named', () => {
    const first = barredBy(BERLIN, '2026-12-20T23:00:00.000Z', permitted(null, YEAR_END))
    expect(first).toEqual({ freeze: YEAR_END, next: '2027-01-03T23:00:00.000Z' })
    expect(barredBy(BERLIN, '2027-01-03T22:59:00.000Z', permitted(null, YEAR_END))?.freeze).toEqual(YEAR_END)
    expect(barredBy(BERLIN, '2027-01-03T23:00:00.000Z', permitted(null, YEAR_END))).toBeNull()
  })

  it('and a window are both waited for', () => {
    expect(nextPermitted(BERLIN, '2026-12-19T12:00:00.000Z', permitted(WORKDAYS, YEAR_END))).toBe(
      '2027-01-04T07:30:00.000Z',
    )
  })

  it('may follow another, in any order', () => {
    const audit: Freeze = { from: '2027-01-04', to: '2027-01-05', reason: 'audit' }
    expect(nextPermitted(BERLIN, '2026-12-22T12:00:00.000Z', permitted(null, audit, YEAR_END))).toBe(
      '2027-01-05T23:00:00.000Z',
    )
  })

  it('that never ends leaves no moment', () => {
    const forAll: Freeze = { from: '2026-01-01', to: '2099-12-31', reason: 'shut down' }
    expect(barredBy(BERLIN, '2026-11-27T09:00:00.000Z', permitted(WORKDAYS, forAll))).toEqual({
      freeze: forAll,
      next: null,
    })
  })
})
