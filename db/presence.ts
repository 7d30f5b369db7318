import { isPostgresUrl } from './dialect.ts'
import type { Presence } from './postgres/listen.ts'

/**
 * Shows the others that this process lives, and hears when they enqueue jobs. With SQLite there are none to be heard.
 *
 * @param database as `openDatabase` takes it
 * @param holder names the process in its leases
 */
export async function showPresence(database: string, holder: string, onJobs: () => void): Promise<Presence> {
  if (!isPostgresUrl(database)) return { close: async () => {} }
  const { listen } = await import('./postgres/listen.ts')
  return listen(database, holder, onJobs)
}
