import { findVersion, type Secret } from '../aws/secret.ts'
import { secretsOf } from '../aws/secrets.ts'
import type { World } from '../world.ts'
import { changeState, type StateChange, stateAt, type TokenState } from './issuer.ts'
import { failure, type Job, type Step, type StepResult } from './job.ts'
import { makeCurrent } from './make-current.ts'
import { tagRevocation } from './revocation-tag.ts'
import type { Run } from './runs.ts'

/** The modes that act at the issuer, with the state that they lead to. */
const STATES: Readonly<Record<string, TokenState>> = {
  disable: 'disabled',
  destroy: 'destroyed',
  restore: 'live',
}
const MODES = [...Object.keys(STATES), 'make-current']

/** One secret and one of its versions, as the inputs name them. */
interface Target {
  name: string
  version: string
  index: number
  of: number
}

/**
 * `agents:revoke-tokens`: for each secret and version, one after the other, acts at the issuer and then writes
 * what it did into the tag `revocation`; or makes the version current again.
 */
export const revokeTokens: Job = (world, run) => {
  const targets = readTargets(run.inputs)
  return [
    { name: 'Check inputs', takes: 0, perform: () => checkInputs(run) },
    ...targets.flatMap((target) => stepsFor(world, run, target)),
    {
      name: 'Summary',
      takes: 0,
      perform: () => ({ log: [`${targets.length} of ${targets.length} versions: ${run.inputs.mode}`] }),
    },
  ]
}

function checkInputs(run: Run): StepResult {
  const { secrets, versions, mode = '', rotation } = run.inputs
  const [names, ids] = [readList(secrets), readList(versions)]
  if (!MODES.includes(mode)) return failure(`Error: the input \`mode\` must be one of ${MODES.join(', ')}`)
  if (!names?.length || !ids?.length)
    return failure('Error: the inputs `secrets` and `versions` must be JSON lists of at least one text')
  if (names.length !== ids.length)
    return failure(
      `Error: there are ${names.length} secrets and ${ids.length} versions; each needs the other`,
    )
  return { log: [`${mode}: ${names.length} versions for ${rotation}`] }
}

/** None unless both inputs are lists of the same length. */
function readTargets(inputs: Record<string, string>): Target[] {
  const [names, versions] = [readList(inputs.secrets), readList(inputs.versions)]
  if (!names || names.length !== versions?.length) return []
  return names.map((name, index) => ({ name, version: versions[index] ?? '', index, of: names.length }))
}

function readList(input = ''): string[] | undefined {
  try {
    const items: unknown = JSON.parse(input)
    return Array.isArray(items) && items.every((item) => typeof item === 'string') ? items : undefined
  } catch {
    return undefined
  }
}

function stepsFor(world: World, run: Run, target: Target): Step[] {
  const { mode = '' } = run.inputs
  const { name, version } = target
  const state = STATES[mode]
  const found = (perform: (secret: Secret, versionId: string, at: string) => StepResult) => (at: string) => {
    const secret = secretsOf(world).find(name)
    const versionId = secret && versionIdOf(secret, version)
    if (!secret || !versionId || secret.deletedAt !== null)
      return failure(`Error: there is no version ${version} of ${name}`, soFar(target))
    return perform(secret, versionId, at)
  }
  if (!state) {
    const perform = found((secret, versionId, at) => {
      const isCopied = versionId !== version
      const result = makeCurrent(world, run, secret, { versionId, isCopied }, at)
      return result.failed ? { ...result, log: [...result.log, soFar(target)] } : result
    })
    return [{ name: `Make version ${version} of ${name} current`, takes: 1, perform }]
  }
  return [
    {
      name: `${mode} version ${version} of ${name}`,
      takes: 0.5,
      perform: found((secret, versionId, at) => act(world, secret, versionId, { state, at }, target)),
    },
    {
      name: `Tag ${name}`,
      takes: 0.5,
      perform: found((secret, versionId, at) => tag(world, secret, versionId, at)),
    },
  ]
}

function act(
  world: World,
  secret: Secret,
  versionId: string,
  change: StateChange,
  target: Target,
): StepResult {
  if (world.faults.on('revocation-stops') && target.index === Math.floor(target.of / 2))
    return failure(
      `Error: the issuer did not answer about version ${target.version} of ${secret.name} within 30 s`,
      soFar(target),
    )
  const result = changeState(world, secret.name, versionId, change)
  if ('refusal' in result) return failure(`Error: ${result.refusal}`, soFar(target))
  const { state, at } = result.change
  return { log: [`${secret.name}: version ${target.version} is ${state} since ${at}`] }
}

function tag(world: World, secret: Secret, versionId: string, at: string): StepResult {
  if (world.faults.on('revocation-not-tagged')) return { log: [] }
  const { state, since } = stateAt(world, secret, versionId, Date.parse(at))
  const tagged = tagRevocation(secret, versionId, { state, at: since ?? at }, at)
  if (tagged !== secret) secretsOf(world).save(tagged)
  return { log: [`${secret.name}: tagged, version ${versionId} is ${state}`] }
}

/** Vault's number of a version is accepted too. */
const versionIdOf = (secret: Secret, version: string): string | undefined =>
  findVersion(secret, version)?.id ?? secret.versions.find(({ number }) => String(number) === version)?.id

const soFar = (target: Target) => `Stopped: ${target.index} of ${target.of} versions done`
