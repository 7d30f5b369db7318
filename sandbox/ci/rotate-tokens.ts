import {
  addVersion,
  attachLabel,
  CURRENT,
  detachLabel,
  PENDING,
  PREVIOUS,
  type Secret,
  versionLabelled,
} from '../aws/secret.ts'
import { type Secrets, secretsOf } from '../aws/secrets.ts'
import { stableId } from '../aws/stable-id.ts'
import { removeTags, setTags } from '../aws/tags.ts'
import { tokenOfSecret } from '../aws/tokens.ts'
import type { World } from '../world.ts'
import { failure, type Job, type Step, type StepResult } from './job.ts'
import { revocationsOf } from './revocations.ts'
import type { Run } from './runs.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const CADENCE_DAYS = 30

/** One token of a run: its new version's id is fixed, so that nothing is made twice. */
interface Token {
  name: string
  versionId: string
  index: number
  of: number
}

/**
 * `agents:rotate-tokens`: makes a new version of each secret, makes it current, tags the secret and has the
 * issuer revoke the previous version later. Every run makes new versions.
 */
export const rotateTokens: Job = (world, run) => {
  const names = [...new Set((run.inputs.secrets ?? '').split(',').map((name) => name.trim()))].filter(Boolean)
  const tokens = names.map((name, index) => ({
    name,
    versionId: stableId(`${run.id} ${run.createdAt} ${name}`),
    index,
    of: names.length,
  }))
  return [
    { name: 'Check inputs', takes: 0, perform: () => checkInputs(run, tokens) },
    ...tokens.flatMap((token) => tokenSteps(world, run, token)),
    {
      name: 'Sum up',
      takes: 0,
      perform: () => ({ log: [`${tokens.length} of ${tokens.length} tokens rotated`] }),
    },
  ]
}

function checkInputs(run: Run, tokens: readonly Token[]): StepResult {
  if (tokens.length === 0) return failure('Error: the input `secrets` names no secret')
  if (!(revokeWithinHours(run) > 0))
    return failure('Error: the input `revoke_within_hours` is not a number above 0')
  return { log: [`Rotating ${tokens.length} tokens for ${run.inputs.rotation}`] }
}

const revokeWithinHours = (run: Run) => Number(run.inputs.revoke_within_hours || '24')

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
  return { log: [`${token.name}: version ${token.versionId} made, ${PENDING}`] }
}

function promote(world: World, secrets: Secrets, run: Run, token: Token, at: string): StepResult {
  const secret = secrets.find(token.name)
  if (!secret || secret.deletedAt !== null)
    return failure(`Error: there is no secret ${token.name}`, soFar(token))
  if (world.faults.on('workflow-fails') && token.index === Math.floor(token.of / 2)) {
    return failure(
      `Error: the issuer did not confirm version ${token.versionId} of ${token.name} within 30 s`,
      `${token.name} keeps its current version; the new one stays ${PENDING}`,
      soFar(token),
    )
  }
  const previous = previousOf(secret, token.versionId)
  const promoted = detachLabel(attachLabel(secret, CURRENT, token.versionId), PENDING)
  const forgetful = world.faults.on('old-version-not-revoked') && token.index === 0
  const revokeAt = new Date(Date.parse(at) + revokeWithinHours(run) * HOUR).toISOString()
  const scheduled = previous !== undefined && !forgetful
  // Before the secret is saved: a crash in between leaves a revocation that the repetition writes again.
  if (scheduled) revocationsOf(world).schedule({ secret: token.name, versionId: previous, at: revokeAt })
  const forgetsExpiry = world.faults.on('tag-missing') && token.index === token.of - 1
  const tags = {
    ...nameTags(token.name),
    version: token.versionId,
    ...(!forgetsExpiry && { expiry: new Date(Date.parse(at) + CADENCE_DAYS * DAY).toISOString() }),
    ...(scheduled && { 'previous-revoke-by': revokeAt }),
  }
  const outdated = removeTags(promoted, ['expiry', 'previous-revoke-by'], at)
  secrets.save(setTags(outdated, tags, at))
  const revocation = scheduled ? `version ${previous} is revoked by ${revokeAt}` : 'no revocation scheduled'
  return { log: [`${token.name}: version ${token.versionId} is ${CURRENT}, ${revocation}`] }
}

/** Which version the new one replaces, also when this step was already done once. */
function previousOf(secret: Secret, versionId: string): string | undefined {
  const current = versionLabelled(secret, CURRENT)?.id
  return current === versionId ? versionLabelled(secret, PREVIOUS)?.id : current
}

function nameTags(name: string): Record<string, string> {
  const token = tokenOfSecret(name)
  return token ? { env: token.environment, scope: token.agent } : {}
}

const soFar = (token: Token) => `Stopped: ${token.index} of ${token.of} tokens rotated`
