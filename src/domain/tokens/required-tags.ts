import type { Secret } from './secret.ts'

/** Tags that say what a secret is for; every secret in the inventory needs them. */
export const INVENTORY_TAGS = ['env', 'scope', 'owner'] as const

/** Tags that a rotation writes or confirms, for the current version. */
export const ROTATION_TAGS = ['env', 'scope', 'expiry', 'version'] as const

/** `lacks the tag env, scope`; null if a secret has all required tags. */
export function missingTags({ tags }: Secret, required: readonly string[]): string | null {
  const missing = required.filter((tag) => !tags[tag])
  return missing.length > 0 ? `lacks the tag ${missing.join(', ')}` : null
}
