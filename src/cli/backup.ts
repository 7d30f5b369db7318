import { parseArgs } from 'node:util'
import { ConfigProblem, readConfig } from '#config/config'
import { backupDatabase } from '#db/backup-database'
import { isPostgresUrl } from '#db/dialect'
import type { CliCommand } from './command.ts'

/** Copies the database to the configured folder. */
export const backup: CliCommand = {
  failed: 'No backup was made',
  async run(args) {
    parseArgs({ args, options: {} })
    const { backup: settings, database } = readConfig(process.env)
    if (isPostgresUrl(database))
      throw new ConfigProblem([
        'DATABASE_URL names a PostgreSQL database: back it up with “pg_dump --format=custom”, or as your PostgreSQL is backed up',
      ])
    if (settings.folder === null)
      throw new ConfigProblem([
        'backup.folder is not set: name a folder in the config, on another disk than the database',
      ])
    const at = new Date().toISOString()
    const path = await backupDatabase(database, { folder: settings.folder, keep: settings.keep, at })
    process.stdout.write(`The database was backed up to ${path}.\n`)
    return 0
  },
}
