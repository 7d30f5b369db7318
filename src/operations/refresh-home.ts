import { findHomeViewers } from '#db/queries/home-viewers'
import { findNames } from '#db/queries/people'
import { findTokenAges } from '#db/queries/token-ages'
import { Refusal } from '#rotation/refusal'
import type { Context } from '#src/context'
import { wordRefusal } from '#views/refusal'
import { keepAges, readAges } from './read-ages.ts'

const MINUTE = 60_000
const WATCHED_MS = 10 * MINUTE
const UNWATCHED_MS = 60 * MINUTE

/** Keeps what App Home and pictures show up to date once somebody has asked for it, more closely while somebody looks. */
export async function refreshHome(context: Context): Promise<void> {
  if (!(await findTokenAges(context.db))) return
  const viewers = await findHomeViewers(context.db, Date.now())
  await refreshAges(context, viewers.length > 0 ? WATCHED_MS : UNWATCHED_MS)
}

/** Readings that are under way: many people may open their App Home at nine o'clock. */
const underWay = new WeakMap<Context, Promise<void>>()

/** Reads the ages unless that was done so lately, or is being done. @param maxAgeMs milliseconds */
export async function refreshAges(context: Context, maxAgeMs: number): Promise<void> {
  const last = await findTokenAges(context.db)
  const age = last ? Date.parse(context.clock.now()) - Date.parse(last.readAt) : Number.POSITIVE_INFINITY
  // A clock that was set back makes a reading look as if it were still to come.
  if (age >= 0 && age < maxAgeMs) return
  const reading = underWay.get(context) ?? readOrSayWhy(context).finally(() => underWay.delete(context))
  underWay.set(context, reading)
  await reading
}

async function readOrSayWhy(context: Context): Promise<void> {
  try {
    await readAges(context)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const problem = wordRefusal(error, await findNames(context.db))
    await keepAges(context, { tokens: [], problem, readAt: context.clock.now() })
  }
}
