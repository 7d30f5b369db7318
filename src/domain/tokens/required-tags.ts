/** Tags that say what a secret is for; every secret in the inventory needs them. */
export const INVENTORY_TAGS = ['env', 'scope', 'owner'] as const

/** Tags that a rotation writes or confirms, for the current version. */
export const ROTATION_TAGS = ['env', 'scope', 'expiry', 'version'] as const

/** The required tags that are missing or empty, in the given order. */
export const missingTags = (tags: Record<string, string>, required: readonly string[]): string[] =>
  required.filter((tag) => !tags[tag])
