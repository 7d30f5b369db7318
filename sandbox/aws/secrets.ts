import { randomBytes } from 'node:crypto'
import { CREDENTIALS } from '#sandbox/demo-users'
import type { World } from '../world.ts'
import { invalidRequest, markedForDeletion, resourceExists, secretNotFound } from './aws-error.ts'
import { shownDeletion } from './faulty-secrets.ts'
import { isDeleted } from './lifecycle.ts'
import { addVersion, findVersion, type Secret, type SecretValue } from './secret.ts'
import { setTags } from './tags.ts'

/** The account number in AWS's documentation. */
export const ACCOUNT = '111122223333'
export const ARN_PREFIX = `arn:aws:secretsmanager:${CREDENTIALS.awsRegion}:${ACCOUNT}:secret:`
const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** The stored secrets. A secret is one document, so every change is atomic. */
export interface Secrets {
  all(): Secret[]
  /** Accepts a name, an ARN, or an ARN without its random suffix. */
  find(id: string): Secret | undefined
  /** @throws AwsError `ResourceNotFoundException` */
  get(id: string): Secret
  /**
   * Like `get`, but also refuses a secret with a scheduled deletion. @throws AwsError
   * `InvalidRequestException`
   */
  getLive(id: string): Secret
  save(secret: Secret): Secret
  remove(secret: Secret): void
}

export function secretsOf(world: World): Secrets {
  const collection = world.store.collection<Secret>('aws.secrets')

  function all(): Secret[] {
    const now = world.clock.now()
    return collection
      .all()
      .filter((secret) => !isDeleted(secret, now))
      .map((secret) => ({ ...secret, deletedAt: shownDeletion(world, secret) }))
  }

  function save(secret: Secret): Secret {
    // The deletion that a fault shows must not be stored.
    const shown = secret.deletedAt !== null && collection.get(secret.name)?.deletedAt === null
    const isShown = shown && shownDeletion(world, { ...secret, deletedAt: null }) === secret.deletedAt
    collection.put(secret.name, isShown ? { ...secret, deletedAt: null } : secret)
    world.changed('secrets')
    return secret
  }

  const find = (id: string) => all().find((secret) => isCalled(secret, id))

  function get(id: string): Secret {
    const secret = find(id)
    if (!secret) throw secretNotFound()
    return secret
  }

  function getLive(id: string): Secret {
    const secret = get(id)
    if (secret.deletedAt !== null) throw markedForDeletion()
    return secret
  }

  function remove(secret: Secret): void {
    collection.delete(secret.name)
    world.changed('secrets')
  }

  return { all, find, get, getLive, save, remove }
}

function isCalled(secret: Secret, id: string): boolean {
  return id === secret.name || id === secret.arn || id === `${ARN_PREFIX}${secret.name}`
}

/**
 * Creates a secret, with a first version when a value is given. Idempotent for the same token and value.
 *
 * @throws AwsError `ResourceExistsException`, or `InvalidRequestException` while its deletion is scheduled
 */
export function createSecret(
  secrets: Secrets,
  request: {
    name: string
    description?: string | undefined
    tags?: Record<string, string> | undefined
    version?: { id: string; value: SecretValue } | undefined
  },
  at: string,
): Secret {
  const existing = secrets.find(request.name)
  if (existing?.deletedAt) {
    throw invalidRequest(
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    )
  }
  if (existing) {
    const repeated = request.version && findVersion(existing, request.version.id)
    if (!repeated)
      throw resourceExists(`The operation failed because the secret ${request.name} already exists.`)
    return addVersion(existing, { ...request.version!, labels: [] }, at)
  }
  const empty: Secret = {
    name: request.name,
    arn: `${ARN_PREFIX}${request.name}-${arnSuffix()}`,
    description: request.description ?? null,
    createdAt: at,
    lastChangedAt: at,
    lastRotatedAt: null,
    deletedAt: null,
    tags: [],
    versions: [],
    rotation: null,
  }
  const tagged = setTags(empty, request.tags ?? {}, at)
  return secrets.save(request.version ? addVersion(tagged, { ...request.version, labels: [] }, at) : tagged)
}

/** Secrets Manager ends every ARN with six random characters. */
const arnSuffix = () => [...randomBytes(6)].map((byte) => ALPHANUMERIC[byte % ALPHANUMERIC.length]).join('')
