import { describe, expect, it } from 'vitest'
import { followRun, isAhead, isFollowed } from '#domain/rotation/follow-run'
import type { RunObservation } from '#domain/rotation/runs'
import { turnOf, waitingRun } from '#domain/rotation/turn'
import { aRotation, aRun, minutesIn, NOW } from '#test/support/rotation-builder'

const failed = aRun({
  state: 'failed',
  conclusion: 'failure',
  startedAt: minutesIn(23),
  finishedAt: minutesIn(31),
})
const inStep3 = (run = failed) => aRotation({ done: 2, runs: [run] })

const seen = (parts: Partial<RunObservation> = {}): RunObservation => ({
  runId: 8812,
  url: failed.url,
  state: 'running',
  conclusion: null,
  startedAt: minutesIn(60),
  finishedAt: null,
  runAttempt: 2,
  startedBy: 'octocat',
  ...parts,
})

const follow = (rotation: ReturnType<typeof inStep3>, observation: RunObservation, reviewers?: string[]) =>
  followRun(rotation, failed, { seen: observation, ...(reviewers && { reviewers }) }, NOW)

describe('a failed run that is run again in the CI under the same id', () => {
  it('goes on, with who ran it again', () => {
    const { rotation, events } = follow(inStep3(), seen())
    expect(rotation.runs).toMatchObject([{ state: 'running', attempt: 1, runAttempt: 2, finishedAt: null }])
    expect(events).toMatchObject([
      { type: 'run-again', data: { attempt: 1, runAttempt: 2, startedBy: 'octocat' } },
    ])
  })

  it('ends with the times of its new attempt', () => {
    const end = { state: 'succeeded', conclusion: 'success', finishedAt: minutesIn(70) } as const
    const { rotation, events } = follow(inStep3(), seen(end))
    expect(rotation.runs).toMatchObject([
      { state: 'succeeded', startedAt: minutesIn(60), finishedAt: minutesIn(70) },
    ])
    expect(events.map(({ type }) => type)).toEqual(['run-again', 'run-finished'])
  })

  it('stays failed while the CI shows the attempt that failed', () => {
    const rotation = inStep3()
    expect(follow(rotation, seen({ state: 'failed', runAttempt: 1 }))).toEqual({ rotation, events: [] })
  })

  it('is not followed once another run took its place, or its step is done', () => {
    const newer = aRun({ attempt: 2, runId: 9000, state: 'running' })
    expect(isFollowed(aRotation({ done: 2, runs: [failed, newer] }), failed)).toBe(false)
    expect(isFollowed(aRotation({ done: 3, runs: [failed] }), failed)).toBe(false)
    expect(isFollowed(inStep3(), failed)).toBe(true)
    const done = aRotation({ done: 3, runs: [failed] })
    expect(follow(done, seen())).toEqual({ rotation: done, events: [] })
  })

  it('is not followed where the CI never showed it', () => {
    expect(isFollowed(inStep3({ ...failed, runId: null }), { ...failed, runId: null })).toBe(false)
  })
})

describe('a run that waits for an approval in the CI', () => {
  const queued = aRun({ state: 'queued', conclusion: null, startedAt: null, finishedAt: null })
  const waiting = seen({ state: 'waiting', startedAt: null, runAttempt: 1 })

  it('says since when and for whose, once', () => {
    const first = follow(inStep3(queued), waiting, ['octo-team'])
    expect(first.rotation.runs[0]?.approval).toEqual({ since: NOW, reviewers: ['octo-team'] })
    expect(first.events).toMatchObject([{ type: 'run-waits', data: { reviewers: ['octo-team'] } }])
    expect(follow(first.rotation, waiting, ['octo-team']).events).toEqual([])
  })

  it('is whose turn it is, until it goes on', () => {
    const { rotation } = follow(inStep3(queued), waiting)
    expect(turnOf(rotation).kind).toBe('run')
    expect(waitingRun(rotation)?.state).toBe('waiting')
    const after = follow(rotation, seen({ runAttempt: 1 })).rotation
    expect(after.runs[0]).toMatchObject({ state: 'running', approval: null })
    expect(waitingRun(after)).toBeUndefined()
  })
})

describe('a list of runs that may be minutes behind', () => {
  const known = (state: ReturnType<typeof aRun>['state']) => aRun({ state, runAttempt: 1 })
  const listed = (state: RunObservation['state'], runAttempt = 1) => seen({ state, runAttempt })

  it.each([
    ['that it was begun', known('queued'), listed('running')],
    ['that it was begun, where nothing was known', known('requested'), listed('queued')],
    ['its end', known('running'), listed('succeeded')],
    ['the end of one that waited', known('waiting'), listed('failed')],
    ['that it was begun again', known('failed'), listed('queued', 2)],
  ])('shows %s', (_, run, entry) => {
    expect(isAhead(run, entry)).toBe(true)
  })

  it.each([
    ['before it ended', known('succeeded'), listed('running')],
    ['before it failed', known('failed'), listed('succeeded')],
    ['before it went on', known('running'), listed('waiting')],
    ['before it was begun again', aRun({ state: 'running', runAttempt: 2 }), listed('failed', 1)],
  ])('may show what a run was %s', (_, run, entry) => {
    expect(isAhead(run, entry)).toBe(false)
  })
})
