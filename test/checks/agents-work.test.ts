import { describe, expect, it } from 'vitest'
import { agentsWork } from '#checks/agents-work'
import type { Environment } from '#domain/rotation/environments'
import type { Run } from '#domain/rotation/rotation'
import { type Answer, aTelemetry, FAILURES, SINCE, SUCCESSES } from '#test/support/agent-use'
import {
  aCheckInput,
  aSecret,
  type CheckInputParts,
  FRESH,
  freshVersion,
  OLD,
  oldVersion,
  RENEWED,
  scoped,
} from '#test/support/check-input'
import { aRun, aToken, minutesIn, NOW, PRODUCTION, STAGING } from '#test/support/rotation-builder'

const deployment = (parts: Partial<Run> = {}) => aRun({ kind: 'deploy', finishedAt: SINCE, ...parts })

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

const partial = (values: Record<string, string>, value: number) => ({
  samples: [{ labels: values, value }],
  warnings: ['a store is away'],
})

describe('agents work', () => {
  it.each<[string, Answer, Answer, string, string]>([
    [
      'all is as it should be',
      { evaluator: 12 },
      { evaluator: 0 },
      'passed',
      'evaluator: successes > 0, failures = 0, in the 615 s since the deployment',
    ],
    ['a value is tiny', { evaluator: 0.00041 }, { evaluator: 0 }, 'passed', 'evaluator: successes > 0'],
    [
      'only the new version is used',
      { [`evaluator ${FRESH}`]: 12, [`evaluator ${OLD}`]: 0 },
      { evaluator: 0 },
      'passed',
      'evaluator: successes > 0',
    ],
    [
      'both versions are used',
      { 'evaluator 91bc77d0': 12, [`evaluator ${OLD}`]: 3 },
      { evaluator: 0 },
      'passed',
      '',
    ],
    ['the label is that of something else', { 'evaluator v1.4.2': 12 }, { evaluator: 0 }, 'passed', ''],
    ['a 0 without labels is added', { evaluator: 12, '': 0 }, { evaluator: 0, '': 0 }, 'passed', ''],
    [
      'another agent fails, and none of its tokens is rotated',
      { evaluator: 12, planner: 0 },
      { evaluator: 0, planner: 7 },
      'passed',
      'evaluator: successes > 0, failures = 0',
    ],
    [
      'the agent does not authenticate',
      { evaluator: 0, planner: 9 },
      { evaluator: 0 },
      'failed',
      'successes: evaluator 0 (expected > 0), in the 615 s since the deployment',
    ],
    [
      'only the old version is used',
      { [`evaluator ${OLD}`]: 12 },
      { evaluator: 0 },
      'failed',
      'evaluator: authenticated with the old version only',
    ],
    [
      'something fails',
      { evaluator: 12 },
      { evaluator: 2 },
      'failed',
      'failures: evaluator 2 (expected = 0)',
    ],
    [
      'one version of two fails',
      { evaluator: 12 },
      { 'evaluator a': 0, 'evaluator b': 2 },
      'failed',
      'failures: evaluator 2',
    ],
    [
      'a fraction of something fails',
      { evaluator: 12 },
      { evaluator: 0.02 },
      'failed',
      'failures: evaluator 0.02',
    ],
    [
      'a value is long',
      { evaluator: 12 },
      { evaluator: 123_456.789 },
      'failed',
      'failures: evaluator 123457 (',
    ],
    ['a value is below 0', { evaluator: 12 }, { evaluator: -1 }, 'failed', 'failures: evaluator -1'],
    [
      'everything is wrong',
      { evaluator: 0 },
      { evaluator: 2 },
      'failed',
      'successes: evaluator 0 (expected > 0); failures: evaluator 2 (expected = 0)',
    ],
    [
      'one is wrong and one not read',
      { error: 'no connection' },
      { evaluator: 2 },
      'failed',
      'failures: evaluator 2 (expected = 0); successes: no connection',
    ],
    ['one is not read', { error: 'no connection' }, { evaluator: 0 }, 'unknown', 'successes: no connection'],
    [
      'nothing was measured',
      {},
      { evaluator: 0 },
      'unknown',
      'successes: the metric is not exported, in the 615 s since the deployment',
    ],
    [
      'another agent alone was measured',
      { Evaluator: 12 },
      { evaluator: 0 },
      'unknown',
      'successes: nothing was measured for evaluator, only for Evaluator',
    ],
    [
      'the label agent is missing',
      { '': 12 },
      { evaluator: 0 },
      'unknown',
      'successes: its answer has no label “agent”',
    ],
    [
      'a part of something wrong has no label agent',
      { evaluator: 12 },
      { evaluator: 2, '': 1 },
      'failed',
      'failures: evaluator 2 (expected = 0); failures: part of its answer has no label “agent”',
    ],
    [
      'a value is no number',
      { evaluator: Number.NaN },
      { evaluator: 0 },
      'unknown',
      'successes: evaluator NaN',
    ],
    [
      'a value is infinite',
      { evaluator: Number.POSITIVE_INFINITY },
      { evaluator: 0 },
      'unknown',
      'successes: evaluator Infinity',
    ],
    [
      'a part may be missing',
      { evaluator: 12 },
      partial({ agent: 'evaluator' }, 0),
      'unknown',
      'failures: the answer may be incomplete: “a store is away”',
    ],
    [
      'a part may be missing of something wrong',
      { evaluator: 12 },
      partial({ agent: 'evaluator' }, 2),
      'failed',
      'failures: evaluator 2',
    ],
  ])('when %s', async (_, successes, failures, state, sentence) => {
    const verdict = await verdictOn(successes, failures)
    expect(verdict).toMatchObject({ state, sentence: expect.stringContaining(sentence) })
    expect(Boolean(verdict.advice)).toBe(state !== 'passed')
  })

  it('says how to write a query whose answer has no label agent', async () => {
    expect((await verdictOn({ '': 12 }, { evaluator: 0 })).advice).toContain('sum by (agent, version) (…)')
  })

  it('names the first agents that lack something, and counts the rest', async () => {
    const scope = ['a', 'b', 'c', 'd', 'e'].map((agent) =>
      scoped(aSecret(), aToken({ agent, environment: 'staging' }, { previousVersionId: OLD })),
    )
    const answer = { a: 1, b: 1, c: 1, d: 1, e: 1 }
    expect((await verdictOn(answer, answer, { scope })).sentence).toContain(
      'failures: a 1, b 1, c 1 and 2 more (expected = 0)',
    )
    expect((await verdictOn({ a: 1 }, { ...answer, a: 0 }, { scope })).sentence).toContain(
      'successes: nothing was measured for b, c, d and 1 more, only for a',
    )
    const clean = { a: 0, b: 0, c: 0, d: 0, e: 0 }
    expect((await verdictOn(answer, clean, { scope })).sentence).toContain(
      'a, b, c and 2 more: successes > 0',
    )
  })

  it('does not read thousands of series', async () => {
    const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`evaluator ${index}`, 1]))
    expect(await verdictOn(many, { evaluator: 0 })).toMatchObject({
      state: 'unknown',
      sentence: expect.stringContaining('successes: its answer has 50000 series; at most 2000 are read'),
    })
  })

  it.each<[string, Run[], string]>([
    ['the CI does not say when it ended', [deployment({ finishedAt: null })], 'does not say when'],
    ['it ended this second', [deployment({ finishedAt: NOW })], 'finished just now'],
    ['it ends in the future', [deployment({ finishedAt: minutesIn(999) })], 'finished just now'],
  ])('is unknown when %s', async (_, runs, sentence) => {
    const verdict = await verdictOn({ evaluator: 12 }, { evaluator: 0 }, { rotation: { runs } })
    expect(verdict).toMatchObject({ state: 'unknown', sentence: expect.stringContaining(sentence) })
    expect(verdict.advice).toBeTruthy()
  })

  it.each<[string, Run[]]>([
    ['there is none', []],
    ['it failed', [deployment({ state: 'failed', conclusion: 'failure' })]],
    ['it still runs', [deployment({ state: 'running', conclusion: null, finishedAt: null })]],
  ])('waits for the deployment, which has the advice, when %s', async (_, runs) => {
    const verdict = await verdictOn({ evaluator: 12 }, { evaluator: 0 }, { rotation: { runs } })
    expect(verdict).toMatchObject({
      state: 'unknown',
      sentence: 'Waiting for the deployment to staging',
      advice: '',
    })
  })

  describe('without telemetry', () => {
    const smoke = (parts: Partial<Run> = {}) =>
      aRun({ kind: 'smoke', runId: 8813, startedAt: SINCE, finishedAt: NOW, ...parts })
    const verdict = (runs: Run[], environment = STAGING) =>
      verdictOn({}, {}, { telemetry: null, rotation: { runs } }, environment)

    it('rests on the smoke test that followed the deployment, and says so', async () => {
      expect(await verdict([deployment(), smoke()])).toMatchObject({
        state: 'passed',
        sentence:
          'Rests on the smoke test; no telemetry is connected: Run 8813 succeeded after the deployment of 2026-11-23 10:51:45 UTC',
        evidence: [{ label: 'run 8813' }],
        // A person must look, because no machine did.
        advice: expect.stringContaining('look yourself'),
      })
    })

    it.each<[string, Run[]]>([
      ['did not run', [deployment()]],
      ['failed', [deployment(), smoke({ state: 'failed', conclusion: 'failure' })]],
      ['runs', [deployment(), smoke({ state: 'running', finishedAt: null })]],
      ['ran before', [deployment(), smoke({ startedAt: minutesIn(1) })]],
      ['followed no deployment', [smoke()]],
      ['ran elsewhere', [deployment(), smoke({ environment: 'production' })]],
    ])('waits for the smoke test, which has the advice, when it %s', async (_, runs) => {
      expect(await verdict(runs)).toMatchObject({
        state: 'unknown',
        sentence: 'Waiting for the smoke test in staging: no telemetry is connected',
        advice: '',
      })
    })

    it.each<[string, Environment, string]>([
      ['has no smoke test', { ...STAGING, smoke: false }, 'and staging has no smoke test'],
      ['reads its tokens while it runs', { ...STAGING, takes: 'runtime' }, 'no deployment can be tested'],
    ])('is unknown where the environment %s', async (_, environment, sentence) => {
      const given = await verdict([deployment(), smoke()], environment)
      expect(given).toMatchObject({ state: 'unknown', sentence: expect.stringContaining(sentence) })
      expect(given.sentence).toContain('PROMETHEUS_URL is not set')
    })
  })

  it('says to wait while nothing can have been scraped twice', async () => {
    const verdict = await verdictOn(
      {},
      { evaluator: 0 },
      { now: new Date(Date.parse(SINCE) + 20_000).toISOString() },
    )
    expect(verdict).toMatchObject({
      state: 'unknown',
      sentence: expect.stringContaining('in the 20 s since'),
    })
    expect(verdict.advice).toContain('Wait')
  })

  it('asks about the whole seconds since the deployment finished, and from its very end on', async () => {
    const { telemetry, asked } = aTelemetry({ evaluator: 12 }, { evaluator: 0 })
    const now = new Date(Date.parse(NOW) + 900).toISOString()
    await verdictOn({}, {}, { telemetry, now })
    expect(asked).toEqual([
      { promql: 'sum(s[615s])', at: NOW },
      { promql: 'sum(f[615s])', at: NOW },
    ])
  })

  it('gives each query with its value and a link as evidence', async () => {
    const { evidence } = await verdictOn({ 'evaluator 91bc77d0': 12, planner: 4 }, { evaluator: 2 })
    expect(evidence).toMatchObject([
      { label: 'successes: evaluator 12', url: 'https://prometheus.example/graph?q=sum(s%5B615s%5D)' },
      { label: 'failures: evaluator 2', url: expect.stringContaining('sum(f') },
      { label: 'sum(s[615s]): evaluator 91bc77d0 12, at 2026-11-23 11:02:00 UTC', url: null },
      { label: 'sum(f[615s]): evaluator 2, at 2026-11-23 11:02:00 UTC', url: null },
      { label: 'measured too, not in this rotation: planner', url: null },
    ])
  })

  it('is unknown with a deployment to another environment only', async () => {
    const runs = [deployment({ environment: 'production' })]
    expect(await verdictOn({ evaluator: 12 }, { evaluator: 0 }, { rotation: { runs } })).toMatchObject({
      state: 'unknown',
      sentence: 'Waiting for the deployment to staging',
    })
  })

  it('is unknown where no token of the environment is in the rotation', async () => {
    expect(await verdictOn({ evaluator: 12 }, { evaluator: 0 }, {}, PRODUCTION)).toMatchObject({
      state: 'unknown',
      sentence: expect.stringContaining('No production token is in this rotation'),
    })
  })

  it('asks about its environment alone', async () => {
    const { telemetry, asked } = aTelemetry({ evaluator: 12 }, { evaluator: 0 })
    const telemetryQueries = [{ ...SUCCESSES, query: 'sum(s[{range}]{env="{environment}"})' }]
    await verdictOn({}, {}, { telemetry, telemetryQueries })
    expect(asked.map(({ promql }) => promql)).toEqual(['sum(s[615s]{env="staging"})'])
  })

  describe('where they read the secret while they run', () => {
    const runtime = { ...STAGING, takes: 'runtime' } as const
    const verdict = (parts: CheckInputParts = {}) =>
      verdictOn({ evaluator: 12 }, { evaluator: 0 }, { rotation: {}, ...parts }, runtime)

    it('is measured since the newest token, without a deployment', async () => {
      const { telemetry, asked } = aTelemetry({ evaluator: 12 }, { evaluator: 0 })
      const scope = [scoped(aSecret()), scoped(aSecret({ versions: [freshVersion({ createdAt: SINCE })] }))]
      expect(await verdict({ telemetry, scope })).toMatchObject({
        state: 'passed',
        sentence: 'evaluator: successes > 0, failures = 0, in the 615 s since the newest token',
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
      ...aTelemetry({}, {}).telemetry,
      query: () => Promise.reject(new TypeError('a mistake')),
    }
    await expect(verdictOn({}, {}, { telemetry: broken })).rejects.toThrow('a mistake')
  })
})
