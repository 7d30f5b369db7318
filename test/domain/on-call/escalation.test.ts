import { describe, expect, it } from 'vitest'
import {
  type EscalationInput,
  type FailureStreak,
  isAutomatic,
  occurrencesOf,
  retryAt,
} from '#domain/on-call/escalation'
import { pageKeyOf } from '#domain/on-call/page-key'
import type { Run } from '#domain/rotation/rotation'
import { anException, aRotation, aRun, aSignOff, minutesIn, NOW } from '#test/support/rotation-builder'

const LIMITS = { checkFailures: 3, checkMinutes: 20, signOffHours: 24 }
const HOUR = 60

const input = (parts: Partial<EscalationInput> = {}): EscalationInput => ({
  rotation: aRotation(),
  streaks: [],
  overdue: [],
  revocations: [],
  known: [],
  now: NOW,
  limits: LIMITS,
  ...parts,
})
const found = (parts: Partial<EscalationInput> = {}) =>
  occurrencesOf(input(parts)).map(({ cause, occurrence }) => `${cause} ${occurrence}`)

const failed = (attempt: number, conclusion = 'failure') =>
  aRun({ attempt, state: 'failed', conclusion, runId: attempt })

it('finds nothing where nothing is wrong', () => {
  expect(found()).toEqual([])
  expect(found({ rotation: aRotation({ done: 5, runs: [aRun()] }) })).toEqual([])
})

describe('a workflow that failed', () => {
  it('is one occurrence until a run succeeds, however often it is asked for again', () => {
    const runs = [failed(1)]
    expect(found({ rotation: aRotation({ done: 2, runs }) })).toEqual(['run-failed rotate:1'])
    runs.push(aRun({ attempt: 2, state: 'running' }))
    expect(found({ rotation: aRotation({ done: 2, runs }) })).toEqual(['run-failed rotate:1'])
    runs[1] = failed(2, 'cancelled')
    expect(occurrencesOf(input({ rotation: aRotation({ done: 2, runs }) }))).toEqual([
      {
        cause: 'run-failed',
        occurrence: 'rotate:1',
        severity: 'P1',
        reason: 'The rotation workflow failed (cancelled).',
      },
    ])
    runs.push(aRun({ attempt: 3 }))
    expect(found({ rotation: aRotation({ done: 2, runs }) })).toEqual([])
  })

  it('stays the same occurrence while it is run again in the CI, until that succeeds', () => {
    const again = aRun({ state: 'running', runAttempt: 2, conclusion: null })
    const call = { notifies: true, openedAt: NOW, acknowledgedAt: null, resolvedAt: null }
    const known = [{ ...call, cause: 'run-failed' as const, occurrence: 'rotate:1' }]
    const rotation = (run: Run) => aRotation({ done: 2, runs: [run] })
    expect(found({ rotation: rotation(again), known })).toEqual(['run-failed rotate:1'])
    expect(found({ rotation: rotation({ ...again, state: 'succeeded' }), known })).toEqual([])
    // One that was adopted in its second attempt has not failed.
    expect(found({ rotation: rotation(again) })).toEqual([])
  })

  it('is another occurrence after a success', () => {
    const runs = [failed(1), aRun({ attempt: 2 }), failed(3)]
    expect(found({ rotation: aRotation({ done: 2, runs }) })).toEqual(['run-failed rotate:3'])
  })

  it('is over when its step is done, as by a manual step, and when the rotation is', () => {
    expect(found({ rotation: aRotation({ done: 3, runs: [failed(1)] }) })).toEqual([])
    expect(found({ rotation: aRotation({ status: 'aborted', done: 2, runs: [failed(1)] }) })).toEqual([])
  })

  it.each(['deploy', 'smoke'] as const)('counts for %s, too', (kind) => {
    const runs = [aRun(), { ...failed(1), kind }]
    expect(found({ rotation: aRotation({ done: 3, runs }) })).toEqual([`run-failed ${kind}:1`])
  })

  const inEnvironment = (environment: string, attempt: number, parts: Partial<Run> = {}) => ({
    ...failed(attempt),
    kind: 'deploy' as const,
    environment,
    ...parts,
  })

  it('is one occurrence for each environment: a success in one is none in another', () => {
    const succeeded = aRun({ kind: 'deploy', environment: 'sandbox', attempt: 2 })
    const runs = [inEnvironment('staging', 1), succeeded, inEnvironment('staging', 3)]
    expect(occurrencesOf(input({ rotation: aRotation({ done: 3, runs }) }))).toMatchObject([
      { occurrence: 'deploy:1', reason: 'The deployment to staging failed.' },
    ])
    runs.push(inEnvironment('sandbox', 4))
    expect(found({ rotation: aRotation({ done: 3, runs }) })).toEqual([
      'run-failed deploy:1',
      'run-failed deploy:4',
    ])
  })

  it('counts after the sign-offs until the environment is promoted, and nothing before them does', () => {
    const before = inEnvironment('staging', 1, { requestedAt: minutesIn(35) })
    const after = inEnvironment('production', 2, { requestedAt: minutesIn(100) })
    const promoting = { status: 'promoting', done: 5, runs: [before, after] } as const
    const given = (parts = {}) => ({ rotation: aRotation({ ...promoting, runs: [before, after], ...parts }) })
    expect(occurrencesOf(input(given()))).toMatchObject([
      { occurrence: 'deploy:2', reason: 'The deployment to production failed.' },
    ])
    expect(found(given({ promoted: [{ environment: 'production', at: NOW }] }))).toEqual([])
    for (const status of ['open', 'retiring', 'complete', 'aborted'])
      expect(found(given({ status }))).toEqual([])
  })
})

describe('a run that waits for an approval in the CI', () => {
  const waiting = (parts: Partial<Run> = {}) =>
    aRun({
      kind: 'deploy',
      environment: 'production',
      state: 'waiting',
      approval: { since: minutesIn(100), reviewers: ['octo-team', 'octocat'] },
      ...parts,
    })
  const afterHours = (hours: number, run = waiting(), status: 'promoting' | 'aborted' = 'promoting') =>
    occurrencesOf(
      input({ rotation: aRotation({ status, done: 5, runs: [run] }), now: minutesIn(100 + hours * HOUR) }),
    )

  it('is one occurrence after as long as a sign-off may wait, and names who must approve', () => {
    expect(afterHours(23.9)).toEqual([])
    expect(afterHours(24)).toEqual([
      {
        cause: 'run-waiting',
        occurrence: 'deploy:1:1',
        severity: 'P1',
        reason:
          'The deployment to production has waited for more than 24 h for an approval by octo-team or octocat in GitHub.',
      },
    ])
  })

  it('is over when it goes on, or the rotation is closed', () => {
    expect(afterHours(24, waiting({ state: 'running', approval: null }))).toEqual([])
    expect(afterHours(24, waiting(), 'aborted')).toEqual([])
    expect(isAutomatic('run-waiting')).toBe(true)
  })
})

describe('a check that keeps failing', () => {
  const streak = (parts: Partial<FailureStreak> = {}): FailureStreak => ({
    check: 'metadata-complete',
    step: 'inventory-review',
    title: 'Metadata is complete',
    sentence: 'tool-runner/sandbox lacks owner',
    count: 3,
    since: minutesIn(100),
    until: minutesIn(120),
    ...parts,
  })

  it.each([
    ['three times over twenty minutes', {}, 1],
    ['twice', { count: 2 }, 0],
    ['three times within nineteen minutes', { since: minutesIn(101) }, 0],
    ['in a step that is not open', { step: 'audit-logging' as const }, 0],
  ])('%s', (_, parts, times) => {
    expect(found({ streaks: [streak(parts)] })).toHaveLength(times)
  })

  it('is one occurrence as it goes on', () => {
    const first = found({ streaks: [streak()] })
    expect(found({ streaks: [streak({ count: 9, until: minutesIn(500) })] })).toEqual(first)
  })

  it('is one occurrence for all checks of a step, also when the first of them passes again', () => {
    const other = streak({ check: 'inventory-exported', since: minutesIn(90) })
    const [first = ''] = found({ streaks: [other, streak()] })
    expect(found({ streaks: [other, streak()] })).toHaveLength(1)
    const known = [
      {
        cause: 'check-failed' as const,
        occurrence: first.replace('check-failed ', ''),
        notifies: true,
        openedAt: NOW,
        acknowledgedAt: null,
        resolvedAt: null,
      },
    ]
    expect(found({ streaks: [streak()], known })).toEqual([first])
    expect(
      found({ streaks: [streak()], known: known.map((each) => ({ ...each, resolvedAt: NOW })) }),
    ).not.toEqual([first])
  })

  it('is over when somebody recorded a manual step for it', () => {
    const exceptions = [anException({ check: 'metadata-complete', at: minutesIn(110) })]
    expect(found({ rotation: aRotation({ exceptions }), streaks: [streak()] })).toEqual([])
    const earlier = [anException({ check: 'metadata-complete', at: minutesIn(90) })]
    expect(found({ rotation: aRotation({ exceptions: earlier }), streaks: [streak()] })).toHaveLength(1)
  })

  it('is retried often enough to escalate in time, and hourly once on-call was paged', () => {
    expect(retryAt(aRotation(), streak({ count: 1, until: minutesIn(60) }), LIMITS)).toBe(minutesIn(70))
    expect(retryAt(aRotation(), streak({ until: minutesIn(60) }), LIMITS)).toBe(minutesIn(120))
    expect(retryAt(aRotation({ done: 1 }), streak(), LIMITS)).toBeNull()
    const running = aRotation({ done: 2, runs: [aRun({ state: 'running' })] })
    expect(retryAt(running, streak({ step: 'rotation-execution' }), LIMITS)).toBeNull()
  })
})

describe('a sign-off that waits', () => {
  it('counts from the last step, and no earlier than the limit', () => {
    const rotation = aRotation({ done: 5 })
    expect(found({ rotation, now: minutesIn(50 + 24 * HOUR - 1) })).toEqual([])
    expect(found({ rotation, now: minutesIn(50 + 24 * HOUR) })).toEqual(['sign-off-waiting round:1'])
  })

  it('names who is missing, and ends with the second signature', () => {
    const rotation = aRotation({ done: 5, signOffs: [aSignOff()] })
    const [call] = occurrencesOf(input({ rotation, now: minutesIn(48 * HOUR) }))
    expect(call?.reason).toContain('AI Ops owner')
    expect(call?.reason).not.toContain('DevOps lead')
    expect(found({ rotation: aRotation({ done: 4 }), now: minutesIn(48 * HOUR) })).toEqual([])
  })
})

it('goes on about an old version after the end of its rotation, and about nothing else', () => {
  const overdue = [{ version: '7', sentence: 'still alive' }]
  const rotation = aRotation({ status: 'complete', done: 5, runs: [failed(1)] })
  expect(found({ rotation, overdue })).toEqual(['revocation-overdue 7'])
})

it('leaves to people what no machine can see', () => {
  const causes = ['incident', 'requested', 'tokens-overdue'] as const
  expect(causes.map(isAutomatic)).toEqual([false, false, false])
})

it('gives each occurrence a key of its own that the pager takes', () => {
  const keys = ['rotate:1', 'rotate:2', 'x'.repeat(5_000)].map((occurrence) =>
    pageKeyOf('R42', { cause: 'run-failed', occurrence }, NOW),
  )
  expect(new Set(keys).size).toBe(3)
  for (const key of keys) expect(key.length).toBeLessThanOrEqual(255)
  expect(pageKeyOf('R42', { cause: 'run-failed', occurrence: 'rotate:1' }, minutesIn(5))).not.toBe(keys[0])
})
