import { describe, expect, it } from 'vitest'
import { pauseBeforePoll } from '#domain/rotation/poll-pace'

describe('the pause before the CI is asked again', () => {
  it('is 3 s while something changes, and grows to 30 s while nothing does', () => {
    const seconds = Array.from({ length: 25 }, (_, unchanged) => pauseBeforePoll(unchanged) / 1000)
    expect(seconds.slice(0, 5)).toEqual([3, 3, 3, 3, 3])
    expect(seconds.slice(5, 10)).toEqual([6, 6, 6, 6, 6])
    expect(seconds.at(-1)).toBe(30)
    expect(seconds).toEqual(seconds.toSorted((a, b) => a - b))
  })

  it('stays at the longest pause for days', () => {
    expect(pauseBeforePoll(10_000)).toBe(30_000)
  })

  it('asks fewer than 150 times in an hour in which nothing changes', () => {
    let [polls, ms] = [0, 0]
    while (ms < 3_600_000) {
      ms += pauseBeforePoll(polls)
      polls += 1
    }
    expect(polls).toBeLessThan(150)
  })
})
