import { existsSync, rmSync } from 'node:fs'
import Database from 'better-sqlite3'
import { DatabaseProblem } from './database-problem.ts'
import { isPostgresUrl } from './dialect.ts'

/** The value column of the settings by the first migration; the older ones are of checkouts before 0.2.0. */
const VALUE_COLUMNS: Record<string, string> = {
  '2026-11-28-first-tables': 'value_json',
  '2026-11-27-first-tables': 'value_json',
  '2026-11-23-first-tables': 'valueJson',
}

/**
 * Deletes a database file, or the bot's tables in a PostgreSQL database, if it contains only one workspace's rotations.
 *
 * @param workspace team id of the database; one without a team id may be deleted too
 * @throws DatabaseProblem when it belongs to another workspace, or is not a database; then nothing is deleted
 */
export async function removeDatabase(database: string, workspace: string): Promise<void> {
  if (!isPostgresUrl(database)) {
    removeFile(database, workspace)
    return
  }
  const { removeTables } = await import('./postgres/remove-tables.ts')
  await removeTables(database, workspace)
}

function removeFile(file: string, workspace: string): void {
  if (!existsSync(file)) return
  const owner = readWorkspace(file)
  if (owner !== null && owner !== workspace)
    throw new DatabaseProblem(
      `The database ${file} belongs to the workspace ${owner}, not to the sandbox, so it was not deleted. Set DATABASE_URL to another file.`,
    )
  for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true })
}

function readWorkspace(file: string): string | null {
  try {
    const db = new Database(file)
    try {
      // Any file that the bot did not create throws here.
      const names = db.prepare<[], string>('select name from kysely_migration').pluck().all()
      const first = Object.keys(VALUE_COLUMNS).find((name) => names.includes(name))
      const column = first && VALUE_COLUMNS[first]
      if (!column) throw new Error('not made by the bot')
      const value = db
        .prepare<[], string>(`select "${column}" from settings where key = 'workspace'`)
        .pluck()
        .get()
      return value === undefined ? null : String(JSON.parse(value))
    } finally {
      db.close()
    }
  } catch (error) {
    throw new DatabaseProblem(`The file ${file} is not a database of the bot, so it was not deleted.`, {
      cause: error,
    })
  }
}
