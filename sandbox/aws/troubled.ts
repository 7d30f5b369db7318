import type { World } from '../world.ts'
import { AwsError } from './aws-error.ts'
import type { Secret } from './secret.ts'
import { secretName } from './tokens.ts'

/** Which secret each fault hits. */
export const TROUBLED = {
  denied: secretName('staging', 'evaluator'),
  ownerless: secretName('sandbox', 'tool-runner'),
  missing: secretName('production', 'tool-runner'),
}

const DAY = 86_400_000
const WINDOW_DAYS = 30

/** What every call is answered while Secrets Manager is in trouble as a whole. */
export function faultAnswer(world: World): AwsError | null {
  if (world.faults.on('secrets-throttled')) return new AwsError('ThrottlingException', 'Rate exceeded')
  if (world.faults.on('secrets-unavailable'))
    return new AwsError('InternalServiceError', 'An error occurred on the server side.', 500)
  return null
}

/** Whether the bot may do nothing with the secret, whatever its policy says. */
export const isDenied = (world: World, secret: Secret): boolean =>
  secret.name === TROUBLED.denied && world.faults.on('secrets-access-denied')

/** When the secret will be deleted, as everybody sees it while the fault `secret-missing` is on or off. */
export function shownDeletion(world: World, secret: Secret): Secret['deletedAt'] {
  const planned = secret.name === TROUBLED.missing && world.faults.on('secret-missing')
  if (!planned || secret.deletedAt !== null) return secret.deletedAt
  // Always a whole window ahead, so that moving the clock does not carry it out.
  return new Date((Math.floor(world.clock.now().getTime() / DAY) + WINDOW_DAYS) * DAY).toISOString()
}

/** The tags as everybody sees them while the fault `metadata-missing` is on or off. */
export function shownTags(world: World, secret: Secret): Secret['tags'] {
  const hidden = secret.name === TROUBLED.ownerless && world.faults.on('metadata-missing')
  return hidden ? secret.tags.filter((tag) => tag.Key !== 'owner') : secret.tags
}
