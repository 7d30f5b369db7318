import { describe, expect, it } from 'vitest'
import { agentsWork } from '#checks/agents-work'
import type { Measurement, Telemetry } from '#domain/ports/systems'
import type { TelemetryQuery } from '#domain/ports/telemetry'
import type { Run } from '#domain/rotation/rotation'
import { NotReadable } from '#domain/tokens/secret'
import {
  aCheckInput,
  aSecret,
  type CheckInputParts,
  freshVersion,
  oldVersion,
  RENEWED,
  scoped,
} from '#test/support/check-input'
import { aRun, minutesIn, NOW, PRODUCTION, STAGING } from '#test/support/rotation-builder'

const SUCCESSES: TelemetryQuery = { name: 'successes', query: 'sum(s[{range}])', expect: '> 0' }
const FAILURES: TelemetryQuery = { name: 'failures', query: 'sum(f[{range}])', expect: '= 0' }

// 10 minutes and 15 s before the check.
const FINISHED = new Date(Date.parse(NOW) - 615_000).toISOString()
const deployment = (parts: Partial<Run> = {}) => aRun({ kind: 'deploy', finishedAt: FINISHED, ...parts })

type Answer = number[] | { error: string } | (Measurement & { samples: Measurement['samples'] })

/** Telemetry that answers the two queries and records them. */
function aTelemetry(successes: Answer, failures: Answer) {
  const asked: { promql: string; at: string }[] = []
  const telemetry: Telemetry = {
    async query(promql, at) {
      asked.push({ promql, at })
      const answer = promql.includes('s[') ? successes : failures
      if ('error' in answer) throw new NotReadable(answer.error)
      if ('samples' in answer) return answer
      return { samples: answer.map((value) => ({ labels: {}, value })), warnings: [] }
    },
    graphUrl: (promql) => `https://prometheus.example/graph?q=${encodeURIComponent(promql)}`,
  }
  return { telemetry, asked }
}

const verdictOn = (successes: Answer, failures: Answer, parts: CheckInputParts = {}, environment = STAGING) =>
  agentsWork.run(
    aCheckInput({
      rotation: { runs: [deployment()] },
      telemetry: aTelemetry(successes, failures).telemetry,
      telemetryQueries: [SUCCESSES, FAILURES],
      ...parts,
    }),
    environment,
  )

describe('agents work', () => {
  it.each<[string, Answer, Answer, string, string]>([
    [
      'all is as it should be',
      [12],
      [0],
      'passed',
      'successes 12; failures 0, in the 615 s since the deployment',
    ],
    ['a value is no whole number', [3.3333], [0], 'passed', 'successes 3.33; '],
    ['a value is tiny', [0.00041], [0], 'passed', 'successes 0.00041; '],
    ['a value is long', [123_456.789], [0], 'passed', 'successes 123457; '],
    [
      'no agent authenticates',
      [0],
      [0],
      'failed',
      'successes 0, expected > 0, in the 615 s since the deployment',
    ],
    ['something fails', [12], [2], 'failed', 'failures 2, expected = 0'],
    ['a fraction of something fails', [12], [0.02], 'failed', 'failures 0.02, expected = 0'],
    ['a value is below 0', [12], [-1], 'failed', 'failures -1, expected = 0'],
    ['everything is wrong', [0], [2], 'failed', 'successes 0, expected > 0; failures 2, expected = 0'],
    [
      'one is wrong and one not read',
      { error: 'no connection' },
      [2],
      'failed',
      'failures 2, expected = 0; successes: no connection',
    ],
    ['one is not read', { error: 'no connection' }, [0], 'unknown', 'successes: no connection'],
    [
      'nothing was measured',
      [],
      [0],
      'unknown',
      'successes: the metric is not exported; 615 s since the deployment',
    ],
    ['there are several values', [1, 2], [0], 'unknown', 'successes: 2 values instead of one'],
    ['there are several values of nothing', [12], [0, 0], 'unknown', 'failures: 2 values instead of one'],
    ['a value is no number', [Number.NaN], [0], 'unknown', 'successes: its value is NaN'],
    ['a value is infinite', [Number.POSITIVE_INFINITY], [0], 'unknown', 'successes: its value is Infinity'],
    [
      'a part may be missing',
      [12],
      { samples: [{ labels: {}, value: 0 }], warnings: ['a store is away'] },
      'unknown',
      'failures: 0, with the warning “a store is away”',
    ],
    [
      'a part may be missing of something wrong',
      [12],
      { samples: [{ labels: {}, value: 2 }], warnings: ['a store is away'] },
      'failed',
      'failures 2, expected = 0',
    ],
  ])('when %s', async (_, successes, failures, state, sentence) => {
    const verdict = await verdictOn(successes, failures)
    expect(verdict).toMatchObject({ state, sentence: expect.stringContaining(sentence) })
    expect(Boolean(verdict.advice)).toBe(state !== 'passed')
  })

  it.each<[string, Run[], string]>([
    ['there is no deployment', [], 'Staging was not deployed to yet'],
    [
      'the deployment failed',
      [deployment({ state: 'failed', conclusion: 'failure' })],
      'Run 8812 ended with failure',
    ],
    [
      'it still runs',
      [deployment({ state: 'running', conclusion: null, finishedAt: null })],
      'has not ended',
    ],
    ['the CI does not say when it ended', [deployment({ finishedAt: null })], 'does not say when'],
    ['it ended this second', [deployment({ finishedAt: NOW })], 'finished just now'],
    ['it ends in the future', [deployment({ finishedAt: minutesIn(999) })], 'finished just now'],
  ])('is unknown when %s', async (_, runs, sentence) => {
    const verdict = await verdictOn([12], [0], { rotation: { runs } })
    expect(verdict).toMatchObject({ state: 'unknown', sentence: expect.stringContaining(sentence) })
    expect(verdict.advice).toBeTruthy()
  })

  it('names the variable when no telemetry is connected', async () => {
    const verdict = await verdictOn([12], [0], { telemetry: null })
    expect(verdict).toMatchObject({
      state: 'unknown',
      sentence: expect.stringContaining('PROMETHEUS_URL is not set'),
    })
  })

  it('says to wait while nothing can have been scraped twice', async () => {
    const verdict = await verdictOn([], [0], { now: new Date(Date.parse(FINISHED) + 20_000).toISOString() })
    expect(verdict).toMatchObject({
      state: 'unknown',
      sentence: expect.stringContaining('in the 20 s since'),
    })
    expect(verdict.advice).toContain('Wait')
  })

  it('asks about the whole seconds since the deployment finished, and from its very end on', async () => {
    const { telemetry, asked } = aTelemetry([12], [0])
    const now = new Date(Date.parse(NOW) + 900).toISOString()
    await verdictOn([], [], { telemetry, now })
    expect(asked).toEqual([
      { promql: 'sum(s[615s])', at: NOW },
      { promql: 'sum(f[615s])', at: NOW },
    ])
  })

  it('gives each query with its value and a link as evidence', async () => {
    const { evidence } = await verdictOn([12], [2])
    expect(evidence).toMatchObject([
      { label: 'successes = 12', url: 'https://prometheus.example/graph?q=sum(s%5B615s%5D)' },
      { label: 'failures = 2', url: expect.stringContaining('sum(f') },
      { label: 'sum(s[615s]) = 12 at 2026-11-23 11:02:00 UTC', url: null },
      { label: 'sum(f[615s]) = 2 at 2026-11-23 11:02:00 UTC', url: null },
    ])
  })

  it('is unknown with a deployment to another environment only', async () => {
    const runs = [deployment({ environment: 'production' })]
    expect(await verdictOn([12], [0], { rotation: { runs } })).toMatchObject({
      state: 'unknown',
      sentence: 'There is no finished deployment to measure from: Staging was not deployed to yet',
    })
  })

  it('is unknown where no token of the environment is in the rotation', async () => {
    expect(await verdictOn([12], [0], {}, PRODUCTION)).toMatchObject({
      state: 'unknown',
      sentence: expect.stringContaining('No production token is in this rotation'),
    })
  })

  it('asks about its environment alone', async () => {
    const { telemetry, asked } = aTelemetry([12], [0])
    const telemetryQueries = [{ ...SUCCESSES, query: 'sum(s[{range}]{env="{environment}"})' }]
    await verdictOn([], [], { telemetry, telemetryQueries })
    expect(asked.map(({ promql }) => promql)).toEqual(['sum(s[615s]{env="staging"})'])
  })

  describe('where they read the secret while they run', () => {
    const runtime = { ...STAGING, takes: 'runtime' } as const
    const verdict = (parts: CheckInputParts = {}) => verdictOn([12], [0], { rotation: {}, ...parts }, runtime)

    it('is measured since the newest token, without a deployment', async () => {
      const { telemetry, asked } = aTelemetry([12], [0])
      const scope = [
        scoped(aSecret()),
        scoped(aSecret({ versions: [freshVersion({ createdAt: FINISHED })] })),
      ]
      expect(await verdict({ telemetry, scope })).toMatchObject({
        state: 'passed',
        sentence: 'successes 12; failures 0, in the 615 s since the newest token',
      })
      expect(asked[0]).toEqual({ promql: 'sum(s[615s])', at: NOW })
    })

    it.each<[string, CheckInputParts, string, string]>([
      [
        'has its old version',
        { scope: [scoped(aSecret({ versions: [oldVersion({ current: true })] }))] },
        'failed',
        'Agents in staging cannot have the new tokens yet: evaluator/staging has its old version',
      ],
      [
        'cannot be read',
        { scope: [scoped(null)] },
        'unknown',
        'No time to measure from: flashfusion/staging/evaluator/capability-token: access denied',
      ],
      [
        'got its new version this second',
        { now: RENEWED },
        'unknown',
        'evaluator/staging got its new version just now',
      ],
    ])('does not pass when a token %s', async (_, parts, state, sentence) => {
      const given = await verdict(parts)
      expect(given).toMatchObject({ state, sentence: expect.stringContaining(sentence) })
      expect(given.advice).toBeTruthy()
    })
  })

  it('lets a mistake of its own be one', async () => {
    const broken = {
      ...aTelemetry([], []).telemetry,
      query: () => Promise.reject(new TypeError('a mistake')),
    }
    await expect(verdictOn([], [], { telemetry: broken })).rejects.toThrow('a mistake')
  })
})
