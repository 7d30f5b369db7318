import { deleteTakenBefore } from '#db/queries/inbox'
import type { Context } from '#src/context'

const KEPT_MS = 3 * 24 * 60 * 60_000

/** Forgets interactions of which no copy arrives any more. */
export const pruneInbox = ({ db }: Context): Promise<void> => deleteTakenBefore(db, Date.now() - KEPT_MS)
