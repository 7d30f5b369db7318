import type { Instant, Role, Rotation } from './rotation.ts'
import { missingRoles } from './turn.ts'

export function waitingSince(rotation: Rotation): Instant | null {
  if (missingRoles(rotation).length === 0) return null
  return (
    rotation.steps
      .map((step) => step.completion?.at ?? '')
      .sort()
      .at(-1) ?? null
  )
}

export function signOffWaits(rotation: Rotation, now: Instant): { role: Role; ms: number }[] {
  const since = waitingSince(rotation)
  if (since === null) return []
  return missingRoles(rotation).map((role) => ({ role, ms: Date.parse(now) - Date.parse(since) }))
}
