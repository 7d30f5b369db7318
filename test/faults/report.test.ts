import { expect, it } from 'vitest'
import type { EventType } from '#domain/rotation/events'
import { sum } from './report.ts'
import type { RunResult } from './run.ts'

const EVERYTHING: EventType[] = [
  'rotation-opened',
  'run-started',
  'step-completed',
  'signed-off',
  'rotation-completed',
  'rotation-aborted',
]

/** Runs in each of which one of these things happens, in turn. */
const runs = (types: EventType[], count: number): RunResult[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{
      plan: { name: `${index}`, seed: index, story: 'any', acts: [], faults: [] },
      violations: [],
      met: [],
    },
    ...{ armed: [], ms: 1, stderr: '', answeredAfterMs: null, earlier: [], interactions: [] },
    happened: types.slice(index % types.length).slice(0, 1),
  }))

it('many runs in which everything happened are enough', () => {
  expect(sum(runs(EVERYTHING, 40), 1)).toBe(false)
})

it.each(EVERYTHING)('many runs without an event “%s” have failed', (type) => {
  const rest = EVERYTHING.filter((each) => each !== type)
  expect(sum(runs(rest, 40), 1)).toBe(true)
  expect(sum(runs(rest, 39), 1)).toBe(false)
})
