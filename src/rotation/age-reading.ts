import { ageInDays, freshness, type TokenAge } from './cadence.ts'
import type { Instant } from './rotation.ts'
import { currentVersion, type Secret } from './secret.ts'

/** How old the tokens' versions were found to be. */
export interface AgeReading {
  tokens: TokenAge[]
  /** Why they could not be read as a whole, or are not the newest; null when they are. */
  problem: string | null
  readAt: Instant
}

/** Whether people would see no difference between two readings, each at its own time. */
export const looksAlike = (a: AgeReading, b: AgeReading): boolean => shownOf(a) === shownOf(b)

const shownOf = ({ tokens, problem, readAt }: AgeReading): string =>
  JSON.stringify([
    problem,
    ...tokens.map((token) => [
      token.secret,
      token.agent,
      token.environment,
      token.cadenceDays,
      token.problem,
      freshness(token, readAt),
      token.currentSince && ageInDays(token.currentSince, readAt),
    ]),
  ])

/** Takes over what was seen of some secrets since; the same reading when it is nothing new. */
export function withSecrets(reading: AgeReading, secrets: Secret[]): AgeReading {
  const byName = new Map(secrets.map((secret) => [secret.name, currentVersion(secret)?.createdAt]))
  let changed = false
  const tokens = reading.tokens.map((token) => {
    const currentSince = byName.get(token.secret)
    if (!currentSince || currentSince === token.currentSince) return token
    changed = true
    return { ...token, currentSince, problem: null }
  })
  return changed ? { ...reading, tokens } : reading
}
