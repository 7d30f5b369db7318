import type { Instant } from '#domain/rotation/rotation'
import { calendarOf } from '#domain/time/calendar'
import { type AgeReading, ageReading, type ReadAttempt } from '#domain/tokens/age-reading'
import type { Db, ReadDb } from '../schema.ts'
import { findSeenTokens } from './reminders.ts'
import { findSetting, setSetting } from './settings.ts'

const SETTING = 'tokens-read'

/** When the ages were last asked for; undefined before that. */
export const findReadAttempt = (db: ReadDb): Promise<ReadAttempt | undefined> =>
  findSetting<ReadAttempt>(db, SETTING)

export const setReadAttempt = (tx: Db, attempt: ReadAttempt): Promise<void> =>
  setSetting(tx, SETTING, attempt)

/**
 * How old the tokens are, as last seen; null before they were ever asked for.
 *
 * @param now by whose day; without it, the day on which they were read
 */
export async function findAges(db: ReadDb, timeZone: string, now?: Instant): Promise<AgeReading | null> {
  const last = await findReadAttempt(db)
  if (!last) return null
  return ageReading(await findSeenTokens(db), last, calendarOf(timeZone), now ?? last.at)
}
