import { ConfigProblem, readConfig } from '#config/config'
import { backupDatabase } from '#db/backup-database'
import { DatabaseProblem } from '#db/open-database'

/** sysexits.h, EX_CONFIG. */
const EXIT_CONFIG = 78

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

main().catch((error: unknown) => {
  const problems =
    error instanceof ConfigProblem
      ? error.problems
      : [error instanceof DatabaseProblem ? error.message : String(error)]
  process.stderr.write(`No backup was made:\n${problems.map((problem) => `  - ${problem}\n`).join('')}`)
  process.exit(error instanceof ConfigProblem ? EXIT_CONFIG : 1)
})
