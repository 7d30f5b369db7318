import type { Instant } from '#domain/rotation/rotation'
import type { TokenName } from './scope.ts'

/** A token as the secrets manager showed it last. */
export interface SeenToken extends TokenName {
  secret: string
  /** Team or person in the registry. */
  owner: string
  cadenceDays: number
  /** Creation of the current version, as last read; null when it never was. */
  currentSince: Instant | null
  /** Since when it cannot be read; null when it can. */
  unreadSince: Instant | null
  /** Why it cannot be read. */
  problem: string | null
}
