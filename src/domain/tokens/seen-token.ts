import type { Instant } from '#domain/rotation/rotation'
import type { TokenName } from './scope.ts'

/** A token as last read from the secrets manager. */
export interface SeenToken extends TokenName {
  secret: string
  owner: string
  cadenceDays: number
  /** Creation of the current version; null when never read. */
  currentSince: Instant | null
  unreadSince: Instant | null
  problem: string | null
}
