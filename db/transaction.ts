import { setTimeout as sleep } from 'node:timers/promises'
import { isTransient } from './dialect.ts'
import type { Db } from './schema.ts'

const ATTEMPTS = 5
const LONGEST_PAUSE_MS = 50

/**
 * Runs work in a transaction, or in the one that the handle is of. The database may have to end a transaction because of
 * another one; then the work is done again from its beginning, with its decisions.
 */
export async function inTransaction<T>(db: Db, work: (tx: Db) => Promise<T>): Promise<T> {
  if (db.isTransaction) return work(db)
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction().execute(work)
    } catch (error) {
      if (!isTransient(error) || attempt === ATTEMPTS) throw error
      await sleep(Math.random() * LONGEST_PAUSE_MS)
    }
  }
}
