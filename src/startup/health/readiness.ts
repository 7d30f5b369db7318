import { isWritable } from '#db/queries/health'
import { wordOthersConnected } from '#domain/ports/present-bots'
import { errorText } from '#redaction/error-text'
import type { Bot } from '../bot.ts'

export interface Readiness {
  ready: boolean
  /** Why it is not ready, one sentence each. */
  problems: string[]
  /** What does not keep it from its work, but somebody should see to. */
  warnings: string[]
}

/** The worker looks for jobs twice a second. */
const WORKER_SILENT_MS = 30_000

/**
 * Whether the bot can do its work: connected to Slack and allowed to post, able to save, and sending what is queued. Whether GitHub and the
 * others answer does not count, because a restart would not help.
 */
export async function readReadiness(bot: Bot | null, startProblem: string | null): Promise<Readiness> {
  if (!bot) return verdict([startProblem ? `The bot is starting: ${startProblem}` : 'The bot is starting'])
  const { connection, context, worker } = bot
  const { channelProblem, configProblem, historyProblem, othersConnected, records } = context.integrity
  const problems: string[] = []
  const { connected, problem } = connection.state()
  if (!connected) problems.push(`Not connected to Slack${problem ? `: ${problem}` : ''}`)
  try {
    if (!(await isWritable(context.db))) problems.push('The database has lost its settings')
  } catch (error) {
    problems.push(`The database cannot be written: ${errorText(error)}`)
  }
  const silentMs = performance.now() - worker.polledAt()
  if (silentMs > WORKER_SILENT_MS)
    problems.push(`The outbox has not looked for jobs for ${Math.round(silentMs / 1_000)} s`)
  if (channelProblem) problems.push(`The bot cannot post in its channel: ${channelProblem}`)
  if (historyProblem) problems.push(`The history in the database was altered: ${historyProblem}`)
  if (records.state === 'behind')
    problems.push(
      'The database is older than the rotation log: restore the newest copy, or declare the gap with “rotation db restored”',
    )
  // While configurations are rolled out they differ: none of the bots is taken out of service for it.
  return verdict(
    problems,
    [configProblem, othersConnected ? wordOthersConnected() : null].filter((each) => each !== null),
  )
}

const verdict = (problems: string[], warnings: string[] = []): Readiness => ({
  ready: problems.length === 0,
  problems,
  warnings,
})
