import { expect, it } from 'vitest'
import { parseInstant } from '#domain/time/parse-instant'

it.each([
  ['2026-12-23T09:00:00Z', '2026-12-23T09:00:00.000Z'],
  ['2026-12-23T09:00:00.123456Z', '2026-12-23T09:00:00.123Z'],
  ['2026-12-23T09:00+02:00', '2026-12-23T07:00:00.000Z'],
  ['2026-12-23', '2026-12-23T00:00:00.000Z'],
])('reads %s', (text, instant) => {
  expect(new Date(parseInstant(text)).toISOString()).toBe(instant)
})

it.each(['', '0', '2026', 'ticket 12', 'about Nov 30 2026', '2026-12-23T09:00:00', '2026-13-45', 'null'])(
  'takes %j for no date',
  (text) => {
    expect(parseInstant(text)).toBeNaN()
  },
)
