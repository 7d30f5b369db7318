import type { Instant } from '#domain/rotation/rotation'
import { parseInstant } from '#domain/time/parse-instant'

/** `2026-11-23 09:25:00 UTC` */
export const formatInstant = (at: Instant): string => `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`

/** The same for a tag; unchanged when it is not a date. */
export function formatDateTag(text: string): string {
  const at = parseInstant(text)
  return Number.isNaN(at) ? text : formatInstant(new Date(at).toISOString())
}
