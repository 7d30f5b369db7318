import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { ConfigProblem, readConfig } from '#config/config'
import { isPostgresUrl } from '#db/dialect'
import { findOpenRotations } from '#db/queries/rotations'
import { readDatabase } from '#db/read-database'
import { rotationLabel } from '#domain/rotation/rotation'
import { initLog as begin } from '#integrations/github/init-log'
import { chooseClock } from '#startup/choose-clock'
import { connectClients } from '#startup/connect-systems'
import { createLogger } from '#startup/logger'
import { useProxy } from '#startup/use-proxy'
import type { CliCommand } from './command.ts'

/** Begins the log on the branch `log.branch`. The registry and all workflows stay on `repository.branch`. */
export const initLog: CliCommand = {
  failed: 'The log was not begun',
  async run(args) {
    parseArgs({ args, options: {} })
    const config = readConfig(process.env)
    const { branch } = config.log
    const { log: path } = config.repository
    if (branch === null || branch === config.repository.branch)
      throw new ConfigProblem([
        'log.branch is not set: name a branch of its own for the log in the config, such as rotation-log',
      ])
    const open =
      isPostgresUrl(config.database) || existsSync(config.database)
        ? await readDatabase(config.database, findOpenRotations)
        : []
    // Their rows are looked for in one log.
    if (open.length > 0)
      throw new Error(
        `${open.map(({ id }) => rotationLabel(id)).join(', ')} would have rows in two logs: complete or abort them first.`,
      )
    useProxy(process.env)
    const log = createLogger(process.env.LOG_LEVEL ? config.env.LOG_LEVEL : 'silent', process.env)
    const { github, logTarget } = connectClients(config, await chooseClock(config.env), log)
    const done = await begin(github, logTarget, path)
    process.stdout.write(
      done === 'was-there'
        ? `The log ${path} is on the branch ${branch} already; nothing was changed.\n`
        : `The log ${path} begins on the branch ${branch}. Protect it, so that only the bot pushes and nobody forces: docs/gate.md says how.\n`,
    )
    return 0
  },
}
