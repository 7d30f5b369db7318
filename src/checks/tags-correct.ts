import { addDays } from 'date-fns/addDays'
import type { Instant, Rotation, RotationToken } from '#domain/rotation/rotation'
import { parseInstant } from '#domain/time/parse-instant'
import { missingTags, ROTATION_TAGS } from '#domain/tokens/required-tags'
import { currentVersion, type Secret } from '#domain/tokens/secret'
import type { Check } from './check.ts'
import { formatDateTag } from './format-instant.ts'
import { perToken, rotated, UNROTATED } from './per-token.ts'

/**
 * The tags `env`, `scope` and `expiry` are correct and belong to the current version (tags are per secret;
 * the tag `version` names theirs).
 */
export const tagsCorrect: Check = {
  id: 'tags-correct',
  step: 'rotation-execution',
  title: 'Tags are correct',
  how: 'reads each secret’s tags',
  backs: 'tags',
  async run(input) {
    const readings = rotated(await input.readScope())
    return perToken(
      readings,
      (token, secret) =>
        isUnrotated(secret, input.rotation)
          ? UNROTATED
          : tagProblem(token, secret, input.now, input.expiryGraceDays),
      {
        passed: `env, scope and expiry are right on ${readings.length} of ${readings.length} tokens`,
        advice: 'Correct the tags on the secret, then run the checks again.',
        proof: ({ tags }) => `expires ${formatDateTag(tags.expiry ?? '')}`,
      },
    )
  },
}

const isUnrotated = (secret: Secret, { openedAt }: Rotation): boolean =>
  (currentVersion(secret)?.createdAt ?? '') < openedAt

function tagProblem(token: RotationToken, secret: Secret, now: Instant, graceDays: number): string | null {
  const { env, scope, expiry, version } = secret.tags
  const missing = missingTags(secret.tags, ROTATION_TAGS)
  if (missing.length > 0) return `lacks the tag ${missing.join(', ')}`
  if (env !== token.environment) return `has env ${env}, not ${token.environment}`
  if (scope !== token.agent) return `has scope ${scope}, not ${token.agent}`
  if (version !== currentVersion(secret)?.id) return 'has tags that were set for another version'
  return expiryProblem(expiry ?? '', now, token.cadenceDays + graceDays)
}

function expiryProblem(expiry: string, now: Instant, days: number): string | null {
  const at = parseInstant(expiry)
  if (Number.isNaN(at)) return `has an expiry that is not a date (${expiry})`
  if (at <= Date.parse(now)) return `has an expiry in the past (${expiry})`
  if (at > addDays(now, days).getTime()) return `has an expiry more than ${days} days ahead (${expiry})`
  return null
}
