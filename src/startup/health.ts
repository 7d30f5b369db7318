import { createServer } from 'node:http'
import type { Bot } from './bot.ts'

/**
 * Answers `GET /health`: 200 while Slack is connected, the database answers and the history is intact, else 503
 * with the state of each.
 *
 * @param port TCP port on every interface; undefined starts no server
 */
export async function startHealth(
  port: number | undefined,
  bot: () => Bot | null,
): Promise<{ close(): Promise<void> }> {
  if (port === undefined) return { close: async () => {} }
  const server = createServer(async (request, response) => {
    if (request.url !== '/health') {
      response.writeHead(404).end()
      return
    }
    const state = await readHealth(bot())
    response.writeHead(state.slack && state.database && !state.historyProblem ? 200 : 503, {
      'content-type': 'application/json',
    })
    response.end(`${JSON.stringify(state)}\n`)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, resolve)
  })
  return { close: () => new Promise((resolve) => server.close(() => resolve())) }
}

async function readHealth(bot: Bot | null) {
  if (!bot)
    return { slack: false, database: false, jobsWaiting: null, historyProblem: null, records: 'unknown' }
  const { connection, context } = bot
  const { historyProblem, records } = context.integrity
  const slack = connection.connected()
  try {
    const { waiting } = await context.db
      .selectFrom('outboxJobs')
      .select((eb) => eb.fn.countAll<number>().as('waiting'))
      .where('doneAt', 'is', null)
      .executeTakeFirstOrThrow()
    return { slack, database: true, jobsWaiting: waiting, historyProblem, records: records.state }
  } catch {
    return { slack, database: false, jobsWaiting: null, historyProblem, records: records.state }
  }
}
