import { ENVIRONMENTS } from '#sandbox/demo-users'
import { CURRENT, type Secret, versionLabelled } from '../aws/secret.ts'
import { secretsOf } from '../aws/secrets.ts'
import { tokenOfSecret } from '../aws/tokens.ts'
import type { FaultId } from '../faults.ts'
import type { World } from '../world.ts'
import { isAccepted, stateAt } from './issuer.ts'
import { failure, type Job, type StepResult } from './job.ts'
import { recordDeployment, runningVersion } from './running-versions.ts'
import type { Run } from './runs.ts'

const SUITES = ['smoke']

/** One agent's result in a smoke run. */
export interface SmokeResult {
  secret: string
  at: string
  accepted: boolean
}

export const smokeResultsOf = (world: World) => world.store.collection<SmokeResult>('ci.smoke-results')

/** The agent that deployment and telemetry faults affect. */
export const FAULTY_AGENT = 'evaluator'

/** The secrets of an environment's agents. */
export const secretsIn = (world: World, environment: string) =>
  secretsOf(world)
    .all()
    .filter((secret) => tokenOfSecret(secret.name)?.environment === environment)

function checkEnvironment(environment: string): StepResult {
  const known = ENVIRONMENTS.some((one) => one === environment)
  return known
    ? { log: [`Environment: ${environment}`] }
    : failure(`Error: there is no environment ${environment}`)
}

/** `agents:orchestrate`: deploys an environment's agents with the current versions of their tokens. */
export const orchestrate: Job = (world, run) => {
  const environment = run.inputs.environment ?? ''
  return [
    { name: 'Check inputs', takes: 0, perform: () => checkEnvironment(environment) },
    { name: `Deploy to ${environment}`, takes: 2, perform: (at) => deploy(world, environment, at) },
  ]
}

function deploy(world: World, environment: string, at: string): StepResult {
  if (world.faults.on('deployment-fails') || isOnIn(world, environment, 'production-deployment-fails'))
    return failure(
      `Error: ${FAULTY_AGENT} did not become ready within 120 s`,
      `Rolled back: the agents in ${environment} keep their previous versions`,
    )
  const log = secretsIn(world, environment).map((secret) => {
    const current = versionLabelled(secret, CURRENT)
    const agent = tokenOfSecret(secret.name)?.agent
    // Such a deployment does not notice it, so its log does not tell.
    const keepsToken = agent === FAULTY_AGENT && isOnIn(world, environment, 'agent-keeps-token')
    if (current && !keepsToken)
      recordDeployment(world, secret, { versionId: current.id, at, by: 'deployment' })
    return `${agent}: deployed with version ${current?.id}`
  })
  return { log: [...log, `Deployed ${log.length} agents to ${environment}`] }
}

/** True while a fault that concerns production alone affects this environment. */
const isOnIn = (world: World, environment: string, fault: FaultId): boolean =>
  environment === 'production' && world.faults.on(fault)

/** `agents:simulate`: every agent authenticates with the version it was deployed with. */
export const simulate: Job = (world, run) => {
  const environment = run.inputs.environment ?? ''
  const suite = run.inputs.suite || 'smoke'
  const checkSuite = () =>
    SUITES.includes(suite) ? checkEnvironment(environment) : failure(`Error: no suite ${suite}`)
  return [
    { name: 'Check inputs', takes: 0, perform: checkSuite },
    { name: `pnpm agents:simulate --suite ${suite}`, takes: 2, perform: (at) => smoke(world, run, at) },
  ]
}

function smoke(world: World, run: Run, at: string): StepResult {
  const results = secretsIn(world, run.inputs.environment ?? '').map((secret) => {
    const version = runningVersion(world, secret, Date.parse(at))
    const agent = tokenOfSecret(secret.name)?.agent
    const refused = agent === FAULTY_AGENT && world.faults.on('smoke-fails')
    const isLive = version !== undefined && isAccepted(world, secret, version.id, Date.parse(at))
    const accepted = isLive && !refused
    smokeResultsOf(world).put(`${run.id}.${run.attempt} ${secret.name}`, {
      secret: secret.name,
      at,
      accepted,
    })
    const line = accepted
      ? `authenticated with version ${version.id}`
      : refusal(world, secret, version?.id, at)
    return { accepted, line: `${accepted ? 'ok' : 'not ok'} - ${agent} ${line}` }
  })
  const passed = results.filter((result) => result.accepted).length
  const log = [...results.map((result) => result.line), `${passed} of ${results.length} agents passed`]
  return passed === results.length ? { log } : failure(...log)
}

function refusal(world: World, secret: Secret, versionId: string | undefined, at: string): string {
  if (versionId === undefined) return 'has no token'
  const { state, since } = stateAt(world, secret, versionId, Date.parse(at))
  const why = state === 'live' ? ' is not accepted' : ` was ${REFUSED[state]} at ${since}`
  return `was refused: version ${versionId}${why}`
}

const REFUSED = { disabled: 'disabled', destroyed: 'revoked' }
