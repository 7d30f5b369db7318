import {
  attachLabel,
  CURRENT,
  detachLabel,
  PENDING,
  PREVIOUS,
  type Secret,
  versionLabelled,
} from '../aws/secret.ts'
import { secretsOf } from '../aws/secrets.ts'
import { removeTags, setTags } from '../aws/tags.ts'
import { tokenOfSecret } from '../aws/tokens.ts'
import type { World } from '../world.ts'
import { revocationsOf } from './revocations.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const CADENCE_DAYS = 30

/** Position among tokens that are rotated together; each fault affects one position. */
export interface Place {
  index: number
  of: number
}

/** True when the fault `workflow-fails` stops at this token. */
export const failsAt = (world: World, { index, of }: Place): boolean =>
  world.faults.on('workflow-fails') && index === Math.floor(of / 2)

/** When a token made at this time expires, ISO 8601. */
export const expiryOf = (madeAt: string): string =>
  new Date(Date.parse(madeAt) + CADENCE_DAYS * DAY).toISOString()

/**
 * Makes a pending version current, updates the tags, and schedules the revocation of the previous version
 * unless it is to stay. Idempotent.
 *
 * @param at when it becomes current, ISO 8601
 * @param revokeWithinHours lifetime of the previous version, hours; null where it stays accepted
 * @returns a log line
 */
export function renew(
  world: World,
  secret: Secret,
  versionId: string,
  place: Place,
  at: string,
  revokeWithinHours: number | null,
): string {
  const previous = previousOf(secret, versionId)
  const promoted = detachLabel(attachLabel(secret, CURRENT, versionId), PENDING)
  const isForgotten = world.faults.on('old-version-not-revoked') && place.index === 0
  const scheduled = previous !== undefined && !isForgotten && revokeWithinHours !== null
  const revokeAt = new Date(Date.parse(at) + (revokeWithinHours ?? 0) * HOUR).toISOString()
  // Before the secret is saved: after a crash in between, the repeated step schedules it again.
  if (scheduled) revocationsOf(world).schedule({ secret: secret.name, versionId: previous, at: revokeAt })
  const withoutExpiry = world.faults.on('tag-missing') && place.index === place.of - 1
  const tags = {
    ...nameTags(secret.name),
    version: versionId,
    ...(!withoutExpiry && { expiry: expiryOf(at) }),
    ...(scheduled && { 'previous-revoke-by': revokeAt }),
  }
  const outdated = removeTags(promoted, ['expiry', 'previous-revoke-by'], at)
  secretsOf(world).save(setTags(outdated, tags, at))
  const revocation = scheduled ? `version ${previous} is revoked by ${revokeAt}` : 'no revocation scheduled'
  return `${secret.name}: version ${versionId} is ${CURRENT}, ${revocation}`
}

function previousOf(secret: Secret, versionId: string): string | undefined {
  const current = versionLabelled(secret, CURRENT)?.id
  return current === versionId ? versionLabelled(secret, PREVIOUS)?.id : current
}

/** The tags that follow from a secret's name. */
export function nameTags(name: string): Record<string, string> {
  const token = tokenOfSecret(name)
  return token ? { env: token.environment, scope: token.agent } : {}
}
