import { findMessage } from '#db/queries/messages'
import { findNames } from '#db/queries/people'
import { findRecentRotations } from '#db/queries/rotations'
import type { Context } from '#src/context'
import { type HistoryEntry, history } from '#views/history'
import type { Subcommand } from './subcommand.ts'

const DEFAULT = 10
const MOST = 50

/** `history [n]` */
const run: Subcommand['run'] = async ({ words, answer }, context) => {
  const wanted = Number(words[0] ?? DEFAULT)
  const limit = Number.isInteger(wanted) && wanted > 0 ? Math.min(wanted, MOST) : DEFAULT
  await answer(history(await recentEntries(context, limit), await findNames(context.db), context.clock.now()))
}

/** The newest rotations with the addresses of their cards. */
export async function recentEntries(context: Context, limit: number): Promise<HistoryEntry[]> {
  const rotations = await findRecentRotations(context.db, limit)
  return Promise.all(
    rotations.map(async (rotation) => {
      const message = await findMessage(context.db, rotation.id, 'card')
      return { rotation, permalink: message?.permalink ?? null }
    }),
  )
}

export const historyCommand: Subcommand = { usage: 'history [n]', does: 'the last n rotations (10)', run }
