import { deleteTakenBefore } from '#db/queries/inbox'
import type { Context } from '#src/context'

const KEPT_MS = 3 * 24 * 60 * 60_000

/** Deletes interactions that are too old to be delivered again. */
export const pruneInbox = ({ db }: Context): Promise<void> => deleteTakenBefore(db, Date.now() - KEPT_MS)
