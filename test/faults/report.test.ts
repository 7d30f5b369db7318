import { expect, it } from 'vitest'
import { sum } from './report.ts'
import type { RunResult } from './run.ts'
import type { Interaction } from './visitor.ts'

const sent = (what: string): Interaction => ({
  ...{ by: 'U0OPERATOR', what, mark: null, types: [], from: 0, to: 1 },
  ...{ acked: true, error: null, refused: null, answered: true },
})

const EVERYTHING = ['start', 'incident', 'start-workflow', 'abort']

/** Runs that each do one of these things, in turn. */
const runs = (did: string[], count: number): RunResult[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{
      plan: { name: `${index}`, seed: index, story: 'any', acts: [], faults: [] },
      violations: [],
      met: [],
    },
    ...{ armed: [], ms: 1, stderr: '', answeredAfterMs: null, earlier: [] },
    interactions: [sent(did[index % did.length] ?? '')],
  }))

it('many runs that did everything are enough', () => {
  expect(sum(runs(EVERYTHING, 40), 1)).toBe(false)
})

it.each(EVERYTHING)('many runs in which nobody did “%s” have failed', (what) => {
  const rest = EVERYTHING.filter((each) => each !== what)
  expect(sum(runs(rest, 40), 1)).toBe(true)
  expect(sum(runs(rest, 39), 1)).toBe(false)
})
