import { findHomeViewers } from '#db/queries/home-viewers'
import { findNames } from '#db/queries/people'
import { findReadAttempt } from '#db/queries/token-ages'
import { Refusal } from '#domain/rotation/refusal'
import { keepAttempt, readAges } from '#operations/readings/read-ages'
import type { Context } from '#src/context'
import { wordRefusal } from '#views/refusal'

const MINUTE = 60_000
const WATCHED_MS = 10 * MINUTE
const UNWATCHED_MS = 60 * MINUTE
const RETRY_MS = 5 * MINUTE

/**
 * Reads all token ages hourly, so that reminders and the App Home need only the database; more often while an App Home
 * is open.
 */
export async function observeTokens(context: Context): Promise<void> {
  const viewers = await findHomeViewers(context.db, Date.now())
  await refreshAges(context, viewers.length > 0 ? WATCHED_MS : UNWATCHED_MS)
}

/** How old the ages may be that people look at before they are read again, in milliseconds. */
export const SHOWN_FOR_MS = 30_000

/** Readings in progress, shared when many people ask at the same time. */
const underWay = new WeakMap<Context, Promise<void>>()

/**
 * Reads the ages unless a reading is recent enough or in progress.
 *
 * @param maxAgeMs milliseconds
 * @returns whether there was a reading, also where somebody else had asked for it
 */
export async function refreshAges(context: Context, maxAgeMs: number): Promise<boolean> {
  const last = await findReadAttempt(context.db)
  const age = last ? Date.parse(context.clock.now()) - Date.parse(last.at) : Number.POSITIVE_INFINITY
  // After the clock was set back, a reading can be in the future.
  if (age >= 0 && age < (last?.succeeded ? maxAgeMs : Math.min(maxAgeMs, RETRY_MS))) return false
  const reading = underWay.get(context) ?? readOrSayWhy(context).finally(() => underWay.delete(context))
  underWay.set(context, reading)
  await reading
  return true
}

async function readOrSayWhy(context: Context): Promise<void> {
  try {
    await readAges(context)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const problem = wordRefusal(error, await findNames(context.db))
    await keepAttempt(context, { at: context.clock.now(), succeeded: false, problem })
  }
}
