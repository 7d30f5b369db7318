import type { Instant } from '#domain/rotation/rotation'
import { calendarOf } from '#domain/time/calendar'
import { type AgeReading, ageReading, type ReadAttempt } from '#domain/tokens/age-reading'
import type { Db, ReadDb } from '../schema.ts'
import { findSeenTokens } from './reminders.ts'
import { findSetting, setSetting } from './settings.ts'

const SETTING = 'tokens-read'

/** When the ages were last read; undefined before that. */
export const findReadAttempt = (db: ReadDb): Promise<ReadAttempt | undefined> =>
  findSetting<ReadAttempt>(db, SETTING)

export const setReadAttempt = (tx: Db, attempt: ReadAttempt): Promise<void> =>
  setSetting(tx, SETTING, attempt)

/**
 * Token ages as last seen; null before the first reading.
 *
 * @param now whose day counts; without it, the day of the reading
 */
export async function findAges(db: ReadDb, timeZone: string, now?: Instant): Promise<AgeReading | null> {
  const last = await findReadAttempt(db)
  if (!last) return null
  return ageReading(await findSeenTokens(db), last, calendarOf(timeZone), now ?? last.at)
}
