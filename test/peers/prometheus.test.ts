import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { agentsWork } from '#checks/agents-work'
import type { Verdict } from '#checks/check'
import { readAgentUse } from '#domain/ports/agent-use'
import { DEFAULT_QUERIES, type TelemetryQuery } from '#domain/ports/telemetry'
import { versionUse } from '#domain/tokens/version-use'
import { prometheus } from '#integrations/prometheus/prometheus'
import { aCheckInput, FRESH, OLD } from '#test/support/check-input'
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

const VERSIONS = { old: OLD, new: FRESH }

/** Whose series it is; `''` for one without the label `version`. */
interface Who {
  agent?: string
  version?: keyof typeof VERSIONS | ''
}

/** Each example has its own environment, so that all can run concurrently. */
const environment = (env: string) => {
  const set = (name: string, labels: string, value: number) =>
    exporter.series.set(`${name}{environment="${env}"${labels}}`, value)
  const of = (pod: string, { agent = 'evaluator', version = 'new' }: Who) =>
    `,pod="${pod}",agent="${agent}"${version === '' ? '' : `,version="${VERSIONS[version]}"`}`
  return {
    env,
    queries: DEFAULT_QUERIES.map((each) => ({ ...each, query: each.query.replaceAll('{environment}', env) })),
    successes: (value: number, pod = 'a', who: Who = {}) =>
      set('agent_authentications_total', `,result="success"${of(pod, who)}`, value),
    failures: (value: number, pod = 'a', who: Who = {}) =>
      set('agent_authentications_total', `,result="failure"${of(pod, who)}`, value),
    warnings: (value: number, pod = 'a', who: Who = {}) =>
      set('agent_token_expiry_warnings_total', of(pod, who), value),
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

const EVALUATOR = 'label_replace(vector(1), "agent", "evaluator", "", "")'

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

const CLEAN =
  'evaluator: authentication successes > 0, authentication failures = 0, token-expiry warnings = 0'

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
      CLEAN,
    ],
    [
      'no agent authenticates',
      'idle',
      () => {},
      'failed',
      'authentication successes: evaluator 0 (expected > 0)',
    ],
    [
      'a failure happens',
      'failing',
      (agents) => {
        agents.successes(7)
        agents.failures(11)
      },
      'failed',
      'authentication failures: evaluator 1 (expected = 0)',
    ],
    [
      'a new pod begins with failures and stays there',
      'new-pod',
      (agents) => {
        agents.successes(7)
        agents.failures(3, 'b')
      },
      'failed',
      'authentication failures: evaluator 3 (expected = 0)',
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
      'authentication failures: evaluator 2 (expected = 0)',
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
      CLEAN,
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
      CLEAN,
    ],
    [
      'a counter begins again and rises to less than before',
      'restarted-failing',
      (agents) => {
        agents.successes(7)
        agents.failures(2)
      },
      'failed',
      'authentication failures: evaluator 2 (expected = 0)',
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
      'authentication failures: evaluator 1',
    ],
    [
      'a token is about to expire',
      'expiring',
      (agents) => {
        agents.successes(7)
        agents.warnings(5)
      },
      'failed',
      'token-expiry warnings: evaluator 1 (expected = 0)',
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
      sentence: expect.stringContaining(CLEAN),
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
      expect(verdict.sentence).toContain(`${name}: nothing was measured`)
  })

  it('never passes for a metric that is not exported', async () => {
    const { queries } = environment('nowhere')
    const verdict = await verdictSince(Date.now() - 600_000, { queries })
    expect(verdict.state).toBe('unknown')
    for (const { name } of DEFAULT_QUERIES)
      expect(verdict.sentence).toContain(`${name}: the metric is not exported`)
  })

  it.each([
    [
      'a vector without the label',
      '{__name__=~"up|scrape_duration_seconds"}',
      'it: its answer has no label “agent”',
    ],
    ['a sum without labels', 'sum(up)', 'it: its answer has no label “agent”'],
    ['a scalar', 'scalar(vector(2.5))', 'it: its answer has no label “agent”'],
    ['no number', `${EVALUATOR} * 0 / 0`, 'it: evaluator NaN'],
    ['infinity', `${EVALUATOR} / 0`, 'it: evaluator Infinity'],
    [
      'another agent',
      'label_replace(vector(1), "agent", "planner", "", "")',
      'nothing was measured for evaluator, only for planner',
    ],
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

  it('takes one value by agent, and a 0 that is added', async () => {
    expect(await ask(`${EVALUATOR} or vector(0)`)).toMatchObject({
      state: 'passed',
      sentence: expect.stringContaining('evaluator: it > 0'),
    })
  })

  it('links a page of Prometheus that is there', async () => {
    const link = (await ask(EVALUATOR)).evidence?.find((each) => each.url)
    expect(link?.label).toBe('it: evaluator 1')
    expect(link?.url).toContain(`${server.url}/graph?g0.expr=label_replace%28vector%281%29`)
    expect((await fetch(link?.url ?? '')).status).toBe(200)
  })
})

interface Story {
  env: string
  before: (agents: Agents) => void
  after: (agents: Agents) => unknown
}

/** What may be said of the old version after it. */
async function oldVersionAfter({ env, before, after }: Story) {
  const agents = environment(env)
  before(agents)
  await scraped(2)
  const since = new Date().toISOString()
  await after(agents)
  await scraped(3)
  const now = new Date().toISOString()
  const use = await readAgentUse(prometheus(server.url), agents.queries, env, since, now)
  return versionUse(use, { agents: ['evaluator'], oldVersionId: OLD, newVersionId: FRESH })
}

describe.concurrent('what a real Prometheus says of an old version', () => {
  const before = (agents: Agents) => agents.successes(50, 'a', { version: 'old' })

  it.each<[string, Story, object]>([
    [
      'unused when a new pod has the new version, born above 0',
      {
        env: 'replaced',
        before,
        after(agents) {
          agents.remove('a')
          agents.successes(4, 'b')
        },
      },
      { state: 'unused', basis: 'telemetry' },
    ],
    [
      'unused when the old series is still exported, and does not rise',
      { env: 'resting', before, after: (agents) => agents.successes(4, 'a') },
      { state: 'unused', basis: 'telemetry' },
    ],
    [
      'in use when both rise',
      {
        env: 'both',
        before,
        after(agents) {
          agents.successes(53, 'a', { version: 'old' })
          agents.successes(4, 'b')
        },
      },
      { state: 'in-use', sentence: expect.stringContaining('evaluator authenticated 3 times') },
    ],
    [
      'in use when the old pod began again at 0',
      {
        env: 'reset',
        before,
        after(agents) {
          agents.successes(2, 'a', { version: 'old' })
          agents.successes(4, 'b')
        },
      },
      { state: 'in-use', sentence: expect.stringContaining('evaluator authenticated 2 times') },
    ],
    [
      'in use when a new pod is refused with it once, and disappears',
      {
        env: 'refused',
        before,
        async after(agents) {
          agents.successes(4, 'a')
          agents.failures(1, 'b', { version: 'old' })
          await scraped(2)
          agents.remove('b')
        },
      },
      { state: 'in-use', sentence: expect.stringContaining('evaluator was refused once') },
    ],
    [
      'unused by inference where no series has the label',
      {
        env: 'unlabelled',
        before: (agents) => agents.successes(50, 'a', { version: '' }),
        after: (agents) => agents.successes(51, 'a', { version: '' }),
      },
      { state: 'unused', basis: 'inferred' },
    ],
    [
      'unknown when nobody authenticates',
      { env: 'asleep', before, after: (agents) => agents.remove('a') },
      { state: 'unknown', sentence: expect.stringContaining('evaluator did not authenticate') },
    ],
  ])('%s', async (_, story, expected) => {
    expect(await oldVersionAfter(story)).toMatchObject(expected)
  })

  it('judges each agent by its own series, whatever the others do', async () => {
    const planner = { agent: 'planner', version: '' } as const
    const verdict = await story(
      'neighbours',
      (agents) => {
        usual(agents)
        agents.successes(9, 'p', planner)
        agents.warnings(0, 'p', planner)
      },
      (agents) => {
        agents.successes(7)
        agents.failures(8, 'p', planner)
      },
    )
    expect(verdict).toMatchObject({ state: 'passed', sentence: expect.stringContaining(CLEAN) })
    expect(verdict.evidence?.at(-1)?.label).toBe('measured too, not in this rotation: planner')
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
