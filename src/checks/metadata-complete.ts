import { metadataGaps } from '#domain/tokens/inventory'
import { currentVersion, ownEnd } from '#domain/tokens/secret'
import type { Check } from './check.ts'
import { formatInstant } from './format-instant.ts'
import { perToken } from './per-token.ts'

/** Every token in scope has owner, environment, creation time and last-rotated time. */
export const metadataComplete: Check = {
  id: 'metadata-complete',
  step: 'inventory-review',
  title: 'Metadata is complete',
  how: 'reads each secret’s tags and versions',
  backs: 'metadata',
  async run(input) {
    const readings = await input.readScope()
    return perToken(
      readings,
      (token, secret) => {
        if (secret.deletedAt) return 'is scheduled for deletion'
        const gaps = metadataGaps(secret, token.environment)
        const end = ownEnd(secret, input.now)
        if (end !== null) return `has a current version that ${end}`
        return gaps.length > 0 ? `lacks ${gaps.join(', ')}` : null
      },
      {
        passed: `${readings.length} of ${readings.length} tokens have owner, environment, creation time and last-rotated time`,
        advice:
          'Set the missing tags on the secret, or remove what ends its current version (delete_version_after), then run the checks again.',
        proof: (secret) =>
          `owned by ${secret.tags.owner}, rotated ${formatInstant(currentVersion(secret)?.createdAt ?? '')}`,
      },
    )
  },
}
