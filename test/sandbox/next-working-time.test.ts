import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

interface Time {
  nextWorkingTime(date: Date): Date
}

it.each([
  ['a working day', '2026-12-29T14:20:05.000Z', '2026-12-29T14:20:05.000Z'],
  ['its first minute', '2026-12-29T09:00:00.000Z', '2026-12-29T09:00:00.000Z'],
  ['the early morning', '2026-12-29T05:22:41.000Z', '2026-12-29T09:00:00.000Z'],
  ['the evening', '2026-12-29T20:00:00.000Z', '2026-12-30T09:00:00.000Z'],
  ['a Friday evening', '2027-01-01T23:59:59.999Z', '2027-01-04T09:00:00.000Z'],
  ['a Saturday', '2027-01-02T12:00:00.000Z', '2027-01-04T09:00:00.000Z'],
  ['a Sunday', '2027-01-03T12:00:00.000Z', '2027-01-04T09:00:00.000Z'],
])('the clock moves on from %s to a time at which reminders are sent', async (_, from, to) => {
  const path = fileURLToPath(new URL('../../sandbox/page/time.js', import.meta.url))
  const { nextWorkingTime }: Time = await import(path)
  expect(nextWorkingTime(new Date(from)).toISOString()).toBe(to)
})
