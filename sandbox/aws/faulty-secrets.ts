import type { World } from '../world.ts'
import { AwsError } from './aws-error.ts'
import type { Secret } from './secret.ts'
import { secretName } from './tokens.ts'

/** The secret that each fault affects. */
export const FAULTY_SECRETS = {
  denied: secretName('staging', 'evaluator'),
  withoutOwner: secretName('sandbox', 'tool-runner'),
  missing: secretName('production', 'tool-runner'),
}

const DAY = 86_400_000
const WINDOW_DAYS = 30

/** The error that every call gets while a fault affects the whole service. */
export function faultAnswer(world: World): AwsError | null {
  if (world.faults.on('secrets-throttled')) return new AwsError('ThrottlingException', 'Rate exceeded')
  if (world.faults.on('secrets-unavailable'))
    return new AwsError('InternalServiceError', 'An error occurred on the server side.', 500)
  return null
}

/** True while the fault `secrets-access-denied` hides this secret from the bot. */
export const isDenied = (world: World, secret: Secret): boolean =>
  secret.name === FAULTY_SECRETS.denied && world.faults.on('secrets-access-denied')

/** The deletion date, including the one that the fault `secret-missing` shows. */
export function shownDeletion(world: World, secret: Secret): Secret['deletedAt'] {
  const planned = secret.name === FAULTY_SECRETS.missing && world.faults.on('secret-missing')
  if (!planned || secret.deletedAt !== null) return secret.deletedAt
  // Always 30 days ahead, so moving the clock never reaches it.
  return new Date((Math.floor(world.clock.now().getTime() / DAY) + WINDOW_DAYS) * DAY).toISOString()
}

/** The tags, without the one that the fault `metadata-missing` hides. */
export function shownTags(world: World, secret: Secret): Secret['tags'] {
  const hidden = secret.name === FAULTY_SECRETS.withoutOwner && world.faults.on('metadata-missing')
  return hidden ? secret.tags.filter((tag) => tag.Key !== 'owner') : secret.tags
}
