import { isPostgresUrl } from './dialect.ts'
import type { Presence, Shown } from './postgres/listen.ts'

/**
 * Shows the others that this process lives and with which configuration, and hears when they enqueue jobs. With SQLite there are none
 * to be heard.
 *
 * @param database as `openDatabase` takes it
 */
export async function showPresence(database: string, shown: Shown, onJobs: () => void): Promise<Presence> {
  if (!isPostgresUrl(database)) return { close: async () => {} }
  const { listen } = await import('./postgres/listen.ts')
  return listen(database, shown, onJobs)
}
