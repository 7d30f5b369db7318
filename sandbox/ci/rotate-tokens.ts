import { addVersion, PENDING } from '../aws/secret.ts'
import { type Secrets, secretsOf } from '../aws/secrets.ts'
import { stableId } from '../aws/stable-id.ts'
import type { World } from '../world.ts'
import { failure, type Job, type Step, type StepResult } from './job.ts'
import { failsAt, type Place, renew } from './renew.ts'
import type { Run } from './runs.ts'

/** The version id is derived from the run, so a repeated step creates nothing new. */
interface Token extends Place {
  name: string
  versionId: string
}

/**
 * `agents:rotate-tokens`: creates a new version of each secret, makes it current, tags the secret, and
 * schedules the revocation of the previous version, unless it is to stay.
 */
export const rotateTokens: Job = (world, run) => {
  const names = [...new Set(readSecrets(run.inputs.secrets))]
  const tokens = names.map((name, index) => ({
    name,
    versionId: stableId(`${run.id} ${run.queuedAt ?? run.createdAt} ${name}`),
    index,
    of: names.length,
  }))
  return [
    { name: 'Check inputs', takes: 0, perform: () => checkInputs(run, tokens) },
    ...tokens.flatMap((token) => tokenSteps(world, run, token)),
    {
      name: 'Summary',
      takes: 0,
      perform: () => ({ log: [`${tokens.length} of ${tokens.length} tokens rotated`] }),
    },
  ]
}

/** The input is a JSON list of names; none where it is anything else. */
function readSecrets(input = ''): string[] {
  try {
    const names: unknown = JSON.parse(input)
    return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : []
  } catch {
    return []
  }
}

function checkInputs(run: Run, tokens: readonly Token[]): StepResult {
  if (tokens.length === 0)
    return failure('Error: the input `secrets` is not a JSON list of names, or lists no secret')
  const hours = revokeWithinHours(run)
  if (hours !== null && !(hours >= 0))
    return failure('Error: the input `revoke_within_hours` must be a number of at least 0, or never')
  return { log: [`Rotating ${tokens.length} tokens for ${run.inputs.rotation}`] }
}

/** Null where the previous versions stay accepted. */
function revokeWithinHours(run: Run): number | null {
  const input = run.inputs.revoke_within_hours || '24'
  return input === 'never' ? null : Number(input)
}

function tokenSteps(world: World, run: Run, token: Token): Step[] {
  const secrets = secretsOf(world)
  return [
    { name: `Create a version of ${token.name}`, takes: 0.5, perform: (at) => create(secrets, token, at) },
    {
      name: `Make it current in ${token.name}`,
      takes: 0.5,
      perform: (at) => promote(world, secrets, run, token, at),
    },
  ]
}

function create(secrets: Secrets, token: Token, at: string): StepResult {
  const secret = secrets.find(token.name)
  if (!secret || secret.deletedAt !== null)
    return failure(`Error: there is no secret ${token.name}`, soFar(token))
  const value = { SecretString: `sandbox-token-${token.versionId}` }
  secrets.save(addVersion(secret, { id: token.versionId, value, labels: [PENDING] }, at))
  return { log: [`${token.name}: version ${token.versionId} created, ${PENDING}`] }
}

function promote(world: World, secrets: Secrets, run: Run, token: Token, at: string): StepResult {
  const secret = secrets.find(token.name)
  if (!secret || secret.deletedAt !== null)
    return failure(`Error: there is no secret ${token.name}`, soFar(token))
  if (failsAt(world, token)) {
    return failure(
      `Error: the issuer did not confirm version ${token.versionId} of ${token.name} within 30 s`,
      `${token.name} keeps its current version; the new one stays ${PENDING}`,
      soFar(token),
    )
  }
  return { log: [renew(world, secret, token.versionId, token, at, revokeWithinHours(run))] }
}

const soFar = (token: Token) => `Stopped: ${token.index} of ${token.of} tokens rotated`
