import { assertMay } from '#authorization/authorize'
import { findNames } from '#db/queries/people'
import { loadRecent } from '#read-models/rotation-state'
import { history } from '#views/history'
import type { Subcommand } from './subcommand.ts'

const DEFAULT = 10
const MOST = 50

/** `history [n]` */
const run: Subcommand['run'] = async ({ words, user, answer }, context) => {
  await assertMay(context, { user, action: 'read-history' })
  const wanted = Number(words[0] ?? DEFAULT)
  const limit = Number.isInteger(wanted) && wanted > 0 ? Math.min(wanted, MOST) : DEFAULT
  await answer(history(await loadRecent(context, limit), await findNames(context.db), context.clock.now()))
}

export const historyCommand: Subcommand = { usage: 'history [n]', does: 'the last n rotations (10)', run }
