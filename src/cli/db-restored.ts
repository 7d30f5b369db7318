import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { parseArgs } from 'node:util'
import { ConfigProblem, readConfig } from '#config/config'
import { DatabaseProblem } from '#db/database-problem'
import { isPostgresUrl } from '#db/dialect'
import { openDatabase } from '#db/open-database'
import { findKnownChannel } from '#db/queries/known-channel'
import { describeGap } from '#domain/rotation/compare-records'
import { findChannel } from '#integrations/slack/find-channel'
import { slackNotices } from '#integrations/slack/notices'
import { identify } from '#integrations/slack/workspace'
import { declareRestored } from '#operations/declare-restored'
import { readComparison } from '#operations/readings/read-comparison'
import { findCredential } from '#redaction/find-credential'
import { chooseClock } from '#startup/choose-clock'
import { connectClients } from '#startup/connect-systems'
import { EXIT_USAGE } from '#startup/exit-codes'
import { createLogger } from '#startup/logger'
import type { CliCommand } from './command.ts'

/** Declares that the newest copy of the database is lost, so that what the log has beyond it is accepted. */
export const dbRestored: CliCommand = {
  failed: 'Nothing was declared',
  async run(args) {
    const { values } = parseArgs({ args, options: { reason: { type: 'string', default: '' } } })
    const reason = values.reason.trim()
    if (reason === '') {
      process.stderr.write('--reason TEXT is missing: say what happened to the newest copy.\n')
      return EXIT_USAGE
    }
    const credential = await findCredential(reason)
    if (credential) throw new Error(`The reason seems to contain ${credential.kind}; leave it out.`)
    const config = readConfig(process.env)
    if (!isPostgresUrl(config.database) && !existsSync(config.database))
      throw new ConfigProblem([
        `There is no database ${config.database}: set DATABASE_URL, or start the bot once`,
      ])
    const log = createLogger(process.env.LOG_LEVEL ? config.env.LOG_LEVEL : 'silent', process.env)
    const clients = connectClients(config, await chooseClock(config.env), log)
    const { botId } = await identify(clients.slack)
    const db = await openDatabase(config.database)
    try {
      const known = await findKnownChannel(db)
      const { id: channelId } = await findChannel(clients.slack, config.channel, known)
      const notices = slackNotices(clients.slack, channelId, botId)
      const found = await readComparison({ db, repository: clients.repository, notices })
      if (found.state === 'unknown') throw new DatabaseProblem(`It could not be compared: ${found.why}`)
      if (found.state === 'same')
        throw new DatabaseProblem('The database knows everything that the log and the cards show.')
      const by = userInfo().username
      await declareRestored(db, found, { reason, by, at: clients.clock.now() })
      process.stdout.write(
        `Declared: ${describeGap(found).sentence}. The bot writes it to the rotation log.\n`,
      )
      return 0
    } finally {
      await db.destroy()
    }
  },
}
