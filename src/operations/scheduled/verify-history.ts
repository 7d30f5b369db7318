import { verifyNewEvents } from '#db/verify-chain'
import type { Context } from '#src/context'

/**
 * Verifies the events since the last checkpoint, and moves it on, so that the next start has few to verify. Those before it
 * are verified by the doctor and by each backup.
 */
export async function verifyHistory({ config, db, clock, integrity, log }: Context): Promise<void> {
  const { problem } = await verifyNewEvents(db, { database: config.database, at: clock.now() })
  if (problem && problem !== integrity.historyProblem)
    log.fatal({ historyProblem: problem }, 'the history in the database was altered')
  integrity.historyProblem = problem
}
