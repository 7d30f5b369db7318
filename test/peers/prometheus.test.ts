import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { agentsWork } from '#checks/agents-work'
import type { Verdict } from '#checks/check'
import { DEFAULT_QUERIES, type TelemetryQuery } from '#domain/ports/telemetry'
import { prometheus } from '#integrations/prometheus/prometheus'
import { aCheckInput } from '#test/support/check-input'
import { eventually } from '#test/support/person'
import { aRun, STAGING } from '#test/support/rotation-builder'
import {
  type Exporter,
  type PrometheusProcess,
  startExporter,
  startPrometheus,
} from './prometheus-process.ts'

let exporter: Exporter
let server: PrometheusProcess

beforeAll(async () => {
  exporter = await startExporter()
  server = await startPrometheus(exporter.port)
})
afterAll(async () => {
  await server?.stop()
  exporter?.close()
})

/** Waits until all present metrics were scraped and stored this many times. */
async function scraped(times: number): Promise<void> {
  const until = exporter.scrapes.length + times + 1
  await eventually(async () => exporter.scrapes.length >= until, `${times} scrapes`)
}

/** Each example has its own environment, so that all can run concurrently. */
const environment = (env: string) => {
  const set = (name: string, labels: string, value: number) =>
    exporter.series.set(`${name}{environment="${env}"${labels}}`, value)
  return {
    queries: DEFAULT_QUERIES.map((each) => ({ ...each, query: each.query.replaceAll('{environment}', env) })),
    successes: (value: number, pod = 'a') =>
      set('agent_authentications_total', `,result="success",pod="${pod}"`, value),
    failures: (value: number, pod = 'a') =>
      set('agent_authentications_total', `,result="failure",pod="${pod}"`, value),
    warnings: (value: number, pod = 'a') => set('agent_token_expiry_warnings_total', `,pod="${pod}"`, value),
    /** Stops exporting a pod's metrics. */
    remove(pod: string) {
      for (const name of exporter.series.keys())
        if (name.includes(`"${env}"`) && name.includes(`pod="${pod}"`)) exporter.series.delete(name)
    },
  }
}

/** The check's verdict on the time since the deployment finished. */
function verdictSince(
  finishedAt: number,
  { queries, now = Date.now() }: { queries: readonly TelemetryQuery[]; now?: number },
): Promise<Verdict> {
  const finished = new Date(finishedAt).toISOString()
  return agentsWork.run(
    aCheckInput({
      rotation: { runs: [aRun({ kind: 'deploy', startedAt: finished, finishedAt: finished })] },
      now: new Date(now).toISOString(),
      telemetry: prometheus(server.url),
      telemetryQueries: queries,
    }),
    STAGING,
  )
}

const ask = (query: string) =>
  verdictSince(Date.now() - 10_000, { queries: [{ name: 'it', query, expect: '> 0' }] })

type Agents = ReturnType<typeof environment>

/** An environment that existed before the deployment, and what happened after it. */
async function story(
  env: string,
  before: (agents: Agents) => void,
  after: (agents: Agents) => unknown,
): Promise<Verdict> {
  const agents = environment(env)
  before(agents)
  await scraped(2)
  const finishedAt = Date.now()
  await after(agents)
  await scraped(3)
  return verdictSince(finishedAt, agents)
}

/** One agent with five authentications and ten failures in total. */
const usual = (agents: Agents) => {
  agents.successes(5)
  agents.failures(10)
  agents.warnings(4)
}

describe.concurrent('what a real Prometheus measured since the deployment', () => {
  it.each<[string, string, (agents: Agents) => unknown, string, string]>([
    [
      'agents authenticate and nothing else happens',
      'clean',
      (agents) => agents.successes(7),
      'passed',
      'authentication successes 2; authentication failures 0; token-expiry warnings 0',
    ],
    ['no agent authenticates', 'idle', () => {}, 'failed', 'authentication successes 0, expected > 0'],
    [
      'a failure happens',
      'failing',
      (agents) => {
        agents.successes(7)
        agents.failures(11)
      },
      'failed',
      'authentication failures 1, expected = 0',
    ],
    [
      'a new pod begins with failures and stays there',
      'new-pod',
      (agents) => {
        agents.successes(7)
        agents.failures(3, 'b')
      },
      'failed',
      'authentication failures 3, expected = 0',
    ],
    [
      'a new pod fails and disappears',
      'gone-pod',
      async (agents) => {
        agents.successes(7)
        agents.failures(2, 'b')
        await scraped(2)
        agents.remove('b')
      },
      'failed',
      'authentication failures 2, expected = 0',
    ],
    [
      'only new pods authenticate',
      'new-pods',
      async (agents) => {
        agents.remove('a')
        agents.successes(4, 'b')
        agents.failures(0, 'b')
        agents.warnings(0, 'b')
      },
      'passed',
      'authentication successes 4; authentication failures 0; token-expiry warnings 0',
    ],
    [
      'counters begin again, without a failure',
      'restarted',
      (agents) => {
        agents.successes(1)
        agents.failures(0)
        agents.warnings(0)
      },
      'passed',
      'authentication successes 1; authentication failures 0; token-expiry warnings 0',
    ],
    [
      'a counter begins again and rises to less than before',
      'restarted-failing',
      (agents) => {
        agents.successes(7)
        agents.failures(2)
      },
      'failed',
      'authentication failures 2, expected = 0',
    ],
    [
      'a counter begins again between two scrapes after the deployment',
      'restarted-later',
      async (agents) => {
        agents.successes(7)
        await scraped(2)
        agents.failures(1)
      },
      'failed',
      'authentication failures 1',
    ],
    [
      'a token is about to expire',
      'expiring',
      (agents) => {
        agents.successes(7)
        agents.warnings(5)
      },
      'failed',
      'token-expiry warnings 1, expected = 0',
    ],
  ])('when %s', async (_, env, after, state, sentence) => {
    const verdict = await story(env, usual, after)
    expect(verdict).toMatchObject({ state, sentence: expect.stringContaining(sentence) })
    expect(verdict.evidence?.length).toBe(6)
  })

  it('is clean when no failure was ever counted, because the agents export the same family', async () => {
    const before = (agents: Agents) => {
      agents.successes(5)
      agents.warnings(0)
    }
    expect(await story('faultless', before, (agents) => agents.successes(6))).toMatchObject({
      state: 'passed',
      sentence: expect.stringContaining('authentication failures 0'),
    })
  })

  it('is unknown when agents never export their expiry warnings', async () => {
    const verdict = await story(
      'wordless',
      (agents) => agents.successes(5),
      (agents) => agents.successes(6),
    )
    expect(verdict).toMatchObject({
      state: 'unknown',
      sentence: expect.stringContaining('token-expiry warnings: nothing was measured'),
      advice: expect.stringContaining('Wait'),
    })
  })

  it('is too early after one scrape', async () => {
    const agents = environment('early')
    usual(agents)
    await scraped(2)
    // A second with exactly one scrape, because it starts between two.
    const finishedAt = (exporter.scrapes.at(-1) ?? 0) + 300
    await scraped(1)
    const verdict = await verdictSince(finishedAt, { ...agents, now: finishedAt + 1_100 })
    expect(verdict.state).toBe('unknown')
    for (const { name } of DEFAULT_QUERIES)
      expect(verdict.sentence).toContain(`${name}: nothing was measured in the 1 s`)
  })

  it('never passes for a metric that is not exported', async () => {
    const { queries } = environment('nowhere')
    const verdict = await verdictSince(Date.now() - 600_000, { queries })
    expect(verdict.state).toBe('unknown')
    for (const { name } of DEFAULT_QUERIES)
      expect(verdict.sentence).toContain(`${name}: the metric is not exported`)
  })

  it.each([
    ['a vector of many', '{__name__=~"up|scrape_duration_seconds"}', 'it: 2 values instead of one'],
    ['no number', 'vector(0) / 0', 'it: its value is NaN'],
    ['infinity', 'scalar(vector(1)) / 0', 'it: its value is Infinity'],
    ['a range', 'up[1m]', 'answered with a matrix that has no single value'],
    ['a text', '"text"', 'answered with a string that has no single value'],
    [
      'a mistake in the query',
      'sum(',
      'Prometheus answered bad_data: invalid parameter "query": 1:5: parse error',
    ],
    [
      'a mistake that shows when it is carried out',
      'up + on(job) group_left {__name__=~"up|scrape_.+"}',
      'Prometheus answered execution',
    ],
  ])('is not readable by %s', async (_, query, sentence) => {
    const verdict = await ask(query)
    expect(verdict).toMatchObject({ state: 'unknown', sentence: expect.stringMatching(sentence) })
    expect(verdict.advice).toBeTruthy()
  })

  it('takes a scalar', async () => {
    expect(await ask('scalar(vector(2.5))')).toMatchObject({
      state: 'passed',
      sentence: expect.stringContaining('it 2.5'),
    })
  })

  it('links a page of Prometheus that is there', async () => {
    const link = (await ask('vector(1)')).evidence?.find((each) => each.url)
    expect(link?.label).toBe('it = 1')
    expect(link?.url).toContain(`${server.url}/graph?g0.expr=vector%281%29`)
    expect((await fetch(link?.url ?? '')).status).toBe(200)
  })
})

it('is unknown once Prometheus is stopped', async () => {
  const agents = environment('clean')
  await server.stop()
  const verdict = await verdictSince(Date.now() - 10_000, agents)
  expect(verdict).toMatchObject({
    state: 'unknown',
    sentence: expect.stringContaining('no connection (ECONNREFUSED)'),
  })
})
