import type { World } from '../world.ts'
import type { Secret } from './secret.ts'
import { secretName } from './tokens.ts'

/** Which secret each fault hits. */
export const TROUBLED = {
  denied: secretName('staging', 'evaluator'),
  ownerless: secretName('sandbox', 'tool-runner'),
}

/** The tags as everybody sees them while the fault `metadata-missing` is on or off. */
export function shownTags(world: World, secret: Secret): Secret['tags'] {
  const hidden = secret.name === TROUBLED.ownerless && world.faults.on('metadata-missing')
  return hidden ? secret.tags.filter((tag) => tag.Key !== 'owner') : secret.tags
}
