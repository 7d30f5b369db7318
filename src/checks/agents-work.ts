import { readAgentUse } from '#domain/ports/agent-use'
import type { Environment } from '#domain/rotation/environments'
import type { Instant } from '#domain/rotation/rotation'
import { judgeAgents } from '#domain/tokens/judge-agents'
import { agentUseEvidence } from './agent-use-evidence.ts'
import {
  type CheckInput,
  type EnvironmentCheck,
  failed,
  passed,
  unknown,
  type Verdict,
  waitsFor,
} from './check.ts'
import { deploymentTo, notInScope } from './deployment.ts'
import { formatInstant } from './format-instant.ts'
import { summary } from './per-token.ts'
import { readVersions } from './read-versions.ts'
import { smokeVerdict } from './smoke-passed.ts'

const WAIT = 'Wait until Prometheus has scraped the agents twice, then run the checks again.'
const RESTORE = 'Restore access to what it names, then run the checks again.'

/**
 * Each agent of the rotation in the environment meets what the queries expect, over the time since agents have the new tokens.
 * They have them since the deployment to the environment, or since the newest token where they read the secret while they run.
 * Where no telemetry is connected, it rests on the smoke test that followed the deployment.
 */
export const agentsWork: EnvironmentCheck = {
  id: 'agents-work',
  title: (environment) => `Agents work in ${environment}`,
  how: 'asks the telemetry about the time since agents have the new tokens',
  backs: 'telemetry',
  concerns: () => true,
  async run(input, environment) {
    const outOfScope = notInScope(input, environment)
    if (outOfScope) return outOfScope
    const { name } = environment
    const { telemetry, telemetryQueries, now, rotation } = input
    if (!telemetry) return withoutTelemetry(input, environment)
    const start = await (environment.takes === 'deploy' ? deploymentEnd : newestToken)(input, environment)
    if ('verdict' in start) return start.verdict
    const agents = rotation.tokens.filter((token) => token.environment === name)
    const use = await readAgentUse(telemetry, telemetryQueries, name, start.at, now)
    if (use.seconds < 1) return unknown(`${start.event} just now, at ${formatInstant(start.at)}`, WAIT)
    const { state, words, advice } = judgeAgents(use, agents)
    const evidence = agentUseEvidence(
      use,
      agents.map(({ agent }) => agent),
    )
    const isRead = use.queries.some(({ problem }) => problem === null)
    const sentence = isRead ? `${words}, in the ${use.seconds} s since ${start.name}` : words
    if (state === 'passed') return passed(sentence, evidence)
    return state === 'failed'
      ? failed(sentence, advice, evidence)
      : { ...unknown(sentence, advice), evidence }
  },
}

const CONNECT =
  'Set PROMETHEUS_URL to the base URL of Prometheus’ HTTP API, or record a manual step with proof.'

const LOOK_YOURSELF = 'No machine looked at telemetry: look yourself whether the agents authenticate.'

async function withoutTelemetry(input: CheckInput, environment: Environment): Promise<Verdict> {
  const { name, smoke, takes } = environment
  if (takes === 'runtime')
    return unknown(
      `No telemetry is connected: PROMETHEUS_URL is not set, and agents in ${name} read their tokens while they run, so that no deployment can be tested`,
      CONNECT,
    )
  if (!smoke)
    return unknown(
      `No telemetry is connected: PROMETHEUS_URL is not set, and ${name} has no smoke test`,
      CONNECT,
    )
  const verdict = await smokeVerdict(input, environment)
  if (verdict.state !== 'passed') return waitsFor(`the smoke test in ${name}: no telemetry is connected`)
  const sentence = `Rests on the smoke test; no telemetry is connected: ${verdict.sentence}`
  return { ...verdict, sentence, advice: LOOK_YOURSELF }
}

/** Since when agents have the new tokens, or why nobody can tell. */
type Start = { at: Instant; name: string; event: string } | { verdict: Verdict }

async function deploymentEnd(input: CheckInput, environment: Environment): Promise<Start> {
  const { name } = environment
  const deployment = await deploymentTo(input, environment)
  if ('verdict' in deployment) return { verdict: waitsFor(`the deployment to ${name}`) }
  const { runId, finishedAt } = deployment.run
  if (finishedAt === null)
    return {
      verdict: unknown(`Run ${runId} succeeded, but the CI does not say when`, `Deploy to ${name} again.`),
    }
  return { at: finishedAt, name: 'the deployment', event: 'The deployment finished' }
}

async function newestToken(input: CheckInput, { name }: Environment): Promise<Start> {
  const { old, unread, newest } = await readVersions(input, name)
  if (old.length > 0)
    return {
      verdict: failed(
        `Agents in ${name} cannot have the new tokens yet: ${summary(old)}`,
        'Run the checks of step 3 again; they show what every token lacks.',
      ),
    }
  if (unread.length > 0 || !newest)
    return { verdict: unknown(`No time to measure from: ${summary(unread)}`, RESTORE) }
  return { at: newest.at, name: 'the newest token', event: `${newest.label} got its new version` }
}
