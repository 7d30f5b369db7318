import { describe, expect, it } from 'vitest'
import { failLostRun, isLost } from '#domain/rotation/lost-run'
import type { Run } from '#domain/rotation/rotation'
import { observeRun, requestRun } from '#domain/rotation/runs'
import { turnOf } from '#domain/rotation/turn'
import { aRotation, aRun, DEVOPS_LEAD, minutesIn, OPERATOR } from '#test/support/rotation-builder'

const IN_CI = { kind: 'rotate', system: 'ci', environment: null } as const

const requested = (parts: Partial<Run> = {}): Run =>
  aRun({ state: 'requested', runId: null, url: null, conclusion: null, requestedAt: minutesIn(20), ...parts })

const waiting = (run = requested()) => aRotation({ done: 2, runs: [run] })

it('is counted on from the newest, also when the clock was set back in between', () => {
  const first = aRun({ state: 'failed', requestedAt: minutesIn(60) })
  const second = aRun({ attempt: 2, state: 'failed', requestedAt: minutesIn(30) })
  // The database returns runs ordered by time.
  const { rotation } = requestRun(
    aRotation({ done: 2, runs: [second, first] }),
    IN_CI,
    OPERATOR,
    minutesIn(31),
  )
  expect(rotation.runs.map((run) => run.attempt)).toEqual([2, 1, 3])
})

describe('a run that never appears', () => {
  it.each<[string, Run, number, boolean]>([
    ['just a quarter of an hour after it was asked for', requested(), 35, false],
    ['a minute later', requested(), 36, true],
    ['when it waited in the CI and somebody deleted it', requested({ state: 'queued', runId: 1 }), 36, true],
    ['when it ran in the CI and somebody deleted it', requested({ state: 'running', runId: 1 }), 36, true],
    ['when it ran in the CI a moment ago', requested({ state: 'running', runId: 1 }), 35, false],
    ['when it has ended', aRun({ requestedAt: minutesIn(20) }), 999, false],
  ])('is given up, or not, %s', (_, run, minutes, lost) => {
    expect(isLost(run, minutesIn(minutes))).toBe(lost)
  })

  it('has failed, says so in the history, and can be asked for again by anybody', () => {
    const { rotation, events } = failLostRun(
      waiting(),
      { kind: 'rotate', attempt: 1, runId: null },
      minutesIn(36),
    )
    expect(rotation.runs).toMatchObject([{ state: 'failed', conclusion: 'never appeared in the CI' }])
    expect(events).toMatchObject([
      {
        type: 'run-finished',
        actor: 'bot',
        data: { kind: 'rotate', attempt: 1, succeeded: false, url: null },
      },
    ])
    expect(turnOf(rotation)).toEqual({ kind: 'step', steps: ['rotation-execution'] })
    for (const by of [OPERATOR, DEVOPS_LEAD]) {
      const again = requestRun(rotation, IN_CI, by, minutesIn(37)).rotation
      expect(again.runs.at(-1)).toMatchObject({ attempt: 2, state: 'requested', requestedBy: by })
    }
  })

  it('cannot be asked for again before', () => {
    expect(() => requestRun(waiting(), IN_CI, DEVOPS_LEAD, minutesIn(35))).toThrow('run-in-progress')
  })

  it('is not given up any more when the CI showed it at the last moment', () => {
    const seen = {
      state: 'running',
      conclusion: null,
      runId: 7,
      url: 'https://ci.example/7',
      startedAt: minutesIn(1),
      finishedAt: null,
    } as const
    const run = { kind: 'rotate', attempt: 1, runId: null } as const
    const { rotation } = observeRun(waiting(), run, seen, minutesIn(36))
    expect(failLostRun(rotation, run, minutesIn(37))).toEqual({ rotation, events: [] })
  })

  it('fails too when it was seen and deleted, and can be requested again', () => {
    const seen = waiting(requested({ state: 'running', runId: 7, url: 'https://ci.example/7' }))
    const { rotation, events } = failLostRun(seen, { kind: 'rotate', attempt: 1, runId: 7 }, minutesIn(36))
    expect(rotation.runs).toMatchObject([{ state: 'failed', conclusion: 'is no longer in the CI' }])
    expect(events).toMatchObject([{ type: 'run-finished', data: { succeeded: false } }])
    expect(requestRun(rotation, IN_CI, OPERATOR, minutesIn(37)).rotation.runs).toHaveLength(2)
  })

  it('stays given up when the CI shows it after all', () => {
    const run = { kind: 'rotate', attempt: 1, runId: null } as const
    const { rotation } = failLostRun(waiting(), run, minutesIn(36))
    const seen = {
      state: 'succeeded',
      conclusion: 'success',
      runId: 7,
      url: 'https://ci.example/7',
      startedAt: minutesIn(1),
      finishedAt: null,
    } as const
    expect(observeRun(rotation, run, seen, minutesIn(40))).toEqual({ rotation, events: [] })
  })
})
