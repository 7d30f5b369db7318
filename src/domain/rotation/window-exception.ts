import { revocationDue } from '#domain/revocations/revocation'
import type { Barred } from '#domain/time/windows'
import { Refusal } from './refusal.ts'
import { isIncident, type Rotation } from './rotation.ts'

/**
 * Whether an environment may be deployed to although its window is closed: at an incident, and where the issuer revokes its old
 * tokens by itself before the window opens.
 *
 * @param barred what keeps the environment from being deployed to now
 */
export function mayPassWindow(rotation: Rotation, environment: string, barred: Barred): boolean {
  if (isIncident(rotation)) return true
  if (rotation.revoker === 'bot') return false
  const ends = rotation.tokens.flatMap((token) =>
    token.environment === environment && token.newVersionAt
      ? [revocationDue(token.newVersionAt, rotation)]
      : [],
  )
  return ends.some((end) => barred.next === null || end < barred.next)
}

/**
 * Why an environment is deployed to although its window is closed.
 *
 * @param barred what keeps the environment from being deployed to now
 * @returns null when the window is open
 * @throws Refusal `window-closed`, `window-reason-missing`
 */
export function windowException(
  rotation: Rotation,
  environment: string,
  barred: Barred | null,
  reason: string,
): string | null {
  if (!barred) return null
  if (!mayPassWindow(rotation, environment, barred))
    throw new Refusal('window-closed', { environment, ...barred })
  if (reason.trim() === '') throw new Refusal('window-reason-missing', { environment, ...barred })
  return reason.trim()
}
