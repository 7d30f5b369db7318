import { ConfigProblem, readConfig } from '#config/config'
import { backupDatabase } from '#db/backup-database'
import { DatabaseProblem } from '#db/open-database'
import { exitWithProblems, failureOf } from '#startup/exit-with-problems'

async function main(): Promise<void> {
  const { backup, databaseFile } = readConfig(process.env)
  if (backup.folder === null)
    throw new ConfigProblem([
      'backup.folder is not set: name a folder in the config, on another disk than the database',
    ])
  const at = new Date().toISOString()
  const path = await backupDatabase(databaseFile, { folder: backup.folder, keep: backup.keep, at })
  process.stdout.write(`The database was backed up to ${path}.\n`)
}

const describe = (error: unknown): string =>
  error instanceof DatabaseProblem ? error.message : String(error)

main().catch((error: unknown) => exitWithProblems('No backup was made', failureOf(error, describe)))
