import { expect, it } from 'vitest'
import type { EventType } from '#domain/rotation/events'
import { sum } from './report.ts'
import type { RunResult } from './run.ts'
import type { Interaction } from './visitor.ts'

const sent = (what: string): Interaction => ({
  ...{ by: 'U0OPERATOR', what, mark: null, types: [], from: 0, to: 1 },
  ...{ acked: true, error: null, refused: null, answered: true },
})

const EVERYTHING: (EventType | 'incident')[] = [
  'incident',
  'rotation-opened',
  'run-started',
  'step-completed',
  'signed-off',
  'rotation-completed',
  'rotation-aborted',
]

const doing = (what: EventType | 'incident' | undefined): Pick<RunResult, 'happened' | 'interactions'> =>
  what === undefined || what === 'incident'
    ? { happened: [], interactions: [sent(what ?? '')] }
    : { happened: [what], interactions: [] }

/** Runs that each do one of these things, in turn. */
const runs = (did: (EventType | 'incident')[], count: number): RunResult[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{
      plan: { name: `${index}`, seed: index, story: 'any', acts: [], faults: [] },
      violations: [],
      met: [],
    },
    ...{ armed: [], ms: 1, stderr: '', answeredAfterMs: null, earlier: [] },
    ...doing(did[index % did.length]),
  }))

it('many runs in which everything happened are enough', () => {
  expect(sum(runs(EVERYTHING, 200), 1)).toBe(false)
})

it.each(EVERYTHING)('many runs without “%s” have failed', (type) => {
  const rest = EVERYTHING.filter((each) => each !== type)
  const isSeldom = ['signed-off', 'rotation-completed'].includes(type)
  const enough = isSeldom ? 200 : 40
  expect(sum(runs(rest, enough), 1)).toBe(true)
  expect(sum(runs(rest, enough - 1), 1)).toBe(false)
})
