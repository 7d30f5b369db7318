import type { Barred } from '#domain/time/windows'
import { Refusal } from './refusal.ts'
import { isIncident, type Rotation } from './rotation.ts'

/**
 * Why an environment is deployed to although its window is closed. Only an incident may be, with a reason.
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
  if (!isIncident(rotation)) throw new Refusal('window-closed', { environment, ...barred })
  if (reason.trim() === '') throw new Refusal('window-reason-missing', { environment, ...barred })
  return reason.trim()
}
