import { CURRENT, findVersion, type Secret, type SecretVersion, versionLabelled } from '../aws/secret.ts'
import { secretsOf } from '../aws/secrets.ts'
import { tokenOfSecret } from '../aws/tokens.ts'
import { ENVIRONMENTS } from '../cast.ts'
import type { World } from '../world.ts'
import { failure, type Job, type StepResult } from './job.ts'

const SUITES = ['smoke']

/** The version that each agent runs with, by secret; what was never deployed runs with the current one. */
const deployedIn = (world: World) => world.store.collection<string>('ci.deployed-versions')

const secretsIn = (world: World, environment: string) =>
  secretsOf(world)
    .all()
    .filter((secret) => tokenOfSecret(secret.name)?.environment === environment)

function checkEnvironment(environment: string): StepResult {
  const known = ENVIRONMENTS.some((one) => one === environment)
  return known
    ? { log: [`Environment: ${environment}`] }
    : failure(`Error: there is no environment ${environment}`)
}

/** `agents:orchestrate`: deploys the agents of an environment with the current version of their tokens. */
export const orchestrate: Job = (world, run) => {
  const environment = run.inputs.environment ?? ''
  return [
    { name: 'Check inputs', takes: 0, perform: () => checkEnvironment(environment) },
    { name: `Deploy to ${environment}`, takes: 2, perform: () => deploy(world, environment) },
  ]
}

function deploy(world: World, environment: string): StepResult {
  const log = secretsIn(world, environment).map((secret) => {
    const current = versionLabelled(secret, CURRENT)
    if (current) deployedIn(world).put(secret.name, current.id)
    return `${tokenOfSecret(secret.name)?.agent}: deployed with version ${current?.id}`
  })
  return { log: [...log, `Deployed ${log.length} agents to ${environment}`] }
}

/** `agents:simulate`: the smoke suite. Every agent authenticates with the version that it was deployed with. */
export const simulate: Job = (world, run) => {
  const environment = run.inputs.environment ?? ''
  const suite = run.inputs.suite || 'smoke'
  const checkSuite = () =>
    SUITES.includes(suite) ? checkEnvironment(environment) : failure(`Error: no suite ${suite}`)
  return [
    { name: 'Check inputs', takes: 0, perform: checkSuite },
    { name: `pnpm agents:simulate --suite ${suite}`, takes: 2, perform: () => smoke(world, environment) },
  ]
}

function smoke(world: World, environment: string): StepResult {
  const results = secretsIn(world, environment).map((secret) => {
    const version = runningVersion(world, secret)
    const agent = tokenOfSecret(secret.name)?.agent
    const accepted = version !== undefined && version.revokedAt === null
    const line = accepted ? `authenticated with version ${version.id}` : refusal(version)
    return { accepted, line: `${accepted ? 'ok' : 'not ok'} - ${agent} ${line}` }
  })
  const passed = results.filter((result) => result.accepted).length
  const log = [...results.map((result) => result.line), `${passed} of ${results.length} agents passed`]
  return passed === results.length ? { log } : failure(...log)
}

function runningVersion(world: World, secret: Secret): SecretVersion | undefined {
  const deployed = deployedIn(world).get(secret.name)
  return deployed === undefined ? versionLabelled(secret, CURRENT) : findVersion(secret, deployed)
}

const refusal = (version: SecretVersion | undefined) =>
  version ? `was refused: version ${version.id} was revoked at ${version.revokedAt}` : 'has no token'
