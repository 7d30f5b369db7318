import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { ConfigProblem } from '#config/config'
import { copyDatabase } from '#db/copy-database'
import { isPostgresUrl } from '#db/dialect'
import { registerSecrets } from '#redaction/error-text'
import { secretValues } from '#redaction/secret-variables'
import { EXIT_USAGE } from '#startup/exit-codes'
import type { CliCommand } from './command.ts'

const FILE = /^file:(?:\/\/)?(.+)$/

/** Copies everything from one database into an empty one, from SQLite to PostgreSQL or back. */
export const dbCopy: CliCommand = {
  failed: 'Nothing was copied',
  async run(args) {
    const { positionals } = parseArgs({ args, options: {}, allowPositionals: true })
    const [from, to, ...rest] = positionals
    if (from === undefined || to === undefined || rest.length > 0) {
      process.stderr.write('Name two databases, as DATABASE_URL does: from which, and to which.\n')
      return EXIT_USAGE
    }
    for (const address of [from, to]) registerSecrets(secretValues({ DATABASE_URL: address }))
    const source = read(from)
    if (!isPostgresUrl(source) && !existsSync(source))
      throw new ConfigProblem([`There is no file ${source} to copy from`])
    const { tables, rows, events } = await copyDatabase(source, read(to))
    process.stdout.write(
      `Copied ${rows} rows of ${tables} tables. The history of ${events} events is intact on both sides.\nStart the bot with the new DATABASE_URL only, and keep the old database as a record.\n`,
    )
    return 0
  },
}

/** @throws ConfigProblem */
function read(address: string): string {
  const [, file] = FILE.exec(address) ?? []
  if (file === undefined && !isPostgresUrl(address))
    throw new ConfigProblem(['A database is named as file:path.db or postgres://user@host/database'])
  return file ?? address
}
