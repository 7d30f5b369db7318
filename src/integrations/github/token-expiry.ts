import type { Instant } from '#domain/rotation/rotation'
import { fromGithub, type GithubClient } from './github.ts'

const HEADER = 'github-authentication-token-expiration'

/**
 * When the token ends, which GitHub says in a header of each answer to a token that does (GitHub: “Token expiration and revocation”);
 * null for one that does not.
 */
export const githubTokenEndsAt = (client: GithubClient): Promise<Instant | null> =>
  fromGithub('The expiry of the GitHub token', async () => {
    // Costs no call of the limit.
    const { headers } = await client.request('GET /rate_limit')
    return parseExpiry(headers[HEADER])
  })

/** Such as `2026-12-23 09:00:00 UTC`, or with an offset. */
export function parseExpiry(value: unknown): Instant | null {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(ms) ? null : new Date(ms).toISOString()
}
