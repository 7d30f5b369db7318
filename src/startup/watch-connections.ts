import { findPresent, presenceOf } from '#db/dialect'
import { wordOthersConnected } from '#domain/ports/present-bots'
import type { Context } from '#src/context'

/**
 * Notices when others are connected to the bot's Slack app, as somebody who tries the bot with the credentials of production:
 * Slack gives each command and click to one of the connections, and with another database nobody knows its rotation there.
 *
 * Slack says how many there are only when one opens. What has just ended may still be counted, and a bot that renews its
 * connection has two for a while; so it is noted when they were counted twice, by one of the bots on a database.
 *
 * @param holder names this process in its leases
 * @param countAgain opens the next connection
 * @returns for how many connections of other processes Slack counts; resolves when they are compared, and never rejects
 */
export function watchConnections(
  context: Context,
  holder: string,
  countAgain: () => void,
): (others: number) => Promise<void> {
  const { db, integrity, log, waits, stopping } = context
  const own = presenceOf(holder)
  let isSuspected = false
  let timer: NodeJS.Timeout | undefined
  stopping.addEventListener('abort', () => clearTimeout(timer))

  async function compare(others: number): Promise<void> {
    const present = others > 0 ? await findPresent(db) : []
    const bots = present.map(({ name }) => name).filter((name) => name !== own)
    clearTimeout(timer)
    if (others <= bots.length || bots.some((name) => name < own)) {
      if (integrity.othersConnected) log.info('nobody else is connected to this Slack app any more')
      integrity.othersConnected = false
      isSuspected = false
      return
    }
    if (isSuspected) {
      if (!integrity.othersConnected) log.warn(wordOthersConnected())
      integrity.othersConnected = true
    }
    const { first, later } = waits.betweenCounts
    timer = setTimeout(countAgain, isSuspected ? later : first).unref()
    isSuspected = true
  }

  return (others) =>
    compare(others).catch((error: unknown) =>
      log.error({ error }, 'the connections to Slack could not be compared with the bots'),
    )
}
