import { invalidParameter } from './aws-error.ts'
import type { Secret } from './secret.ts'

/** Service quotas for tagging (AWS General Reference). */
const MAX_TAGS = 50

/**
 * Adds or overwrites tags. Tags belong to the secret, not to a version.
 *
 * @param at UTC instant, ISO 8601
 * @throws AwsError `InvalidParameterException` for reserved or repeated keys and beyond 50 tags
 */
export function setTags(secret: Secret, tags: Record<string, string>, at: string): Secret {
  const reserved = Object.keys(tags).find((key) => key.toLowerCase().startsWith('aws:'))
  if (reserved !== undefined)
    throw invalidParameter(`Tag keys can't begin with aws:, which is reserved (${reserved}).`)
  const merged = { ...Object.fromEntries(secret.tags.map((tag) => [tag.Key, tag.Value])), ...tags }
  if (Object.keys(merged).length > MAX_TAGS)
    throw invalidParameter(`A secret can have at most ${MAX_TAGS} tags.`)
  return {
    ...secret,
    lastChangedAt: at,
    tags: Object.entries(merged).map(([Key, Value]) => ({ Key, Value })),
  }
}

/** Removes tags by key; unknown keys are ignored. */
export function removeTags(secret: Secret, keys: readonly string[], at: string): Secret {
  return { ...secret, lastChangedAt: at, tags: secret.tags.filter((tag) => !keys.includes(tag.Key)) }
}

/** AWS's list of tags as a record. */
export function tagRecord(
  tags: readonly { Key: string; Value?: string | undefined }[],
): Record<string, string> {
  const keys = tags.map((tag) => tag.Key)
  const twice = keys.find((key, index) => keys.indexOf(key) !== index)
  if (twice !== undefined) throw invalidParameter(`The tag key ${twice} appears more than once.`)
  return Object.fromEntries(tags.map((tag) => [tag.Key, tag.Value ?? '']))
}
