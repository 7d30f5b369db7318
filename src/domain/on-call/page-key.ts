import { sha256 } from '#domain/rotation/evidence'
import type { Instant } from '#domain/rotation/rotation'
import type { Occurrence } from './escalation.ts'

/** The page's `dedup_key`. The time keeps apart two databases that both have this rotation id. */
export const pageKeyOf = (
  subject: string,
  { cause, occurrence }: Pick<Occurrence, 'cause' | 'occurrence'>,
  at: Instant,
): string => `rotation/${subject}/${cause}/${sha256(`${subject} ${cause} ${occurrence} ${at}`).slice(0, 16)}`
