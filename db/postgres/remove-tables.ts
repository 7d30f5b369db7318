import { sql } from 'kysely'
import { DatabaseProblem } from '../database-problem.ts'
import { ownTables } from '../dialect.ts'
import { findSetting } from '../queries/settings.ts'
import { onPlainPostgres } from './open-postgres.ts'

const FUNCTIONS = ['refuse_change_of_events', 'append_events_only', 'notify_of_jobs']

/**
 * Removes the tables of a database that is only for the bot.
 *
 * @param workspace team id of the database; one without a team id may be removed too
 * @throws DatabaseProblem when it belongs to another workspace, or has other tables; then nothing is removed
 */
export async function removeTables(database: string, workspace: string): Promise<void> {
  await onPlainPostgres(database, (db) =>
    db.transaction().execute(async (tx) => {
      const tables = await ownTables(tx)
      if (tables.length === 0) return
      if (!tables.includes('kysely_migration') || !tables.includes('settings'))
        throw new DatabaseProblem(
          'The database has tables that the bot did not make, so nothing was removed. Let DATABASE_URL name one that is only for the bot.',
        )
      const owner = await findSetting<string>(tx, 'workspace')
      if (owner !== undefined && owner !== workspace)
        throw new DatabaseProblem(
          `The database belongs to the workspace ${owner}, not to the sandbox, so nothing was removed. Let DATABASE_URL name another one.`,
        )
      for (const table of tables) await sql`drop table ${sql.id(table)} cascade`.execute(tx)
      for (const name of FUNCTIONS) await sql`drop function if exists ${sql.id(name)}()`.execute(tx)
    }),
  )
}
