import { setTimeout as sleep } from 'node:timers/promises'
import type { LogEvent } from 'kysely'
import type { Logger } from 'pino'
import { configuredPeople } from '#authorization/configured-people'
import type { Config } from '#config/config'
import { configDigest } from '#config/config-digest'
import { WAITS, type Waits } from '#config/waits'
import { followTables } from '#db/followed-rows'
import { openDatabase } from '#db/open-database'
import { ensureDatabaseId } from '#db/own-records'
import type { Presence } from '#db/postgres/listen'
import { showPresence } from '#db/presence'
import { findChainHead, findCheckpoint } from '#db/queries/events'
import { setPerson } from '#db/queries/people'
import { LONG_CHAIN } from '#db/verify-chain'
import { type Connection, keepConnected } from '#integrations/slack/keep-connected'
import { slackNotices } from '#integrations/slack/notices'
import { identify, startCall, untilSlackAnswers } from '#integrations/slack/workspace'
import { compareWithLog } from '#operations/scheduled/compare-with-log'
import { verifyHistory } from '#operations/scheduled/verify-history'
import { watchChannel } from '#operations/scheduled/watch-channel'
import { createWorker, type Worker } from '#outbox/worker'
import type { Clock, Context } from '#src/context'
import { createApp } from './app.ts'
import { bindWorkspace } from './bind-workspace.ts'
import { chooseChannel } from './choose-channel.ts'
import { connectClients } from './connect-systems.ts'
import type { Metrics } from './health/metrics.ts'
import { openDiagnostics } from './open-diagnostics.ts'
import { SCHEDULED_TASKS, type ScheduledTask, startSchedule } from './schedule.ts'
import { watchConnections } from './watch-connections.ts'

export interface Bot {
  context: Context
  connection: Connection
  worker: Worker
  /** Takes no new work, lets running work finish within 9 s, and closes everything. */
  stop(): Promise<void>
}

// Below the 10 s after which container platforms kill.
const STOP_MS = 9_000
const COMPARE_MS = 3_000

interface BotOptions {
  /** A test shortens the periods. */
  tasks?: ScheduledTask[]
  waits?: Waits
  /** Receives every statement that is sent to the database. */
  onStatement?: (statement: LogEvent) => void
  /** Called with what the start waits for. */
  onProblem?: (problem: string) => void
  metrics?: Metrics
}

/**
 * Builds the bot and connects it to its workspace.
 *
 * @throws DatabaseProblem, StartProblem
 */
export async function startBot(
  config: Config,
  clock: Clock,
  log: Logger,
  { tasks = SCHEDULED_TASKS, waits = WAITS, onStatement, onProblem = () => {}, metrics }: BotOptions = {},
): Promise<Bot> {
  const clients = connectClients(config, clock, log)
  const { slack } = clients
  metrics?.watchGithub(clients.github)
  const patiently = <T>(part: () => Promise<T>) =>
    untilSlackAnswers(part, (problem) => {
      log.warn({ problem }, 'the start waits for Slack')
      onProblem(problem)
    })
  const identity = await patiently(() => identify(slack))
  const db = await openDatabase(config.database, {
    log: onStatement,
    poolSize: config.env.DATABASE_POOL_SIZE,
  })
  const channelId = await followTables(db, clock.now())
    .then(() => bindWorkspace(db, identity, clock.now()))
    .then(() => patiently(() => chooseChannel(slack, db, config.channel, { log, at: clock.now() })))
    .catch(async (error: unknown) => {
      await db.destroy()
      throw error
    })
  const lookAtChannel = () =>
    watchChannel(context).catch((error: unknown) => log.error({ error }, 'the channel could not be watched'))
  const worker = createWorker({ onJob: metrics?.job, onUnpostable: lookAtChannel })
  const stopping = new AbortController()
  const context: Context = {
    ...clients,
    config,
    db,
    channelId,
    people: configuredPeople(slack, config.people, identity.teamId),
    notices: slackNotices(slack, channelId, identity.botId),
    diagnostics: () => openDiagnostics(config, clients, context.integrity.othersConnected),
    outbox: worker,
    integrity: {
      historyProblem: null,
      databaseId: '',
      records: { state: 'unknown', why: 'it has not been read yet.' },
      channelProblem: null,
      configProblem: null,
      othersConnected: false,
    },
    log,
    stopping: stopping.signal,
    waits,
  }
  let presence: Presence | undefined
  try {
    context.integrity.databaseId = await ensureDatabaseId(db, clock.now())
    await startVerifying(context)
    await startComparing(context)
    const { receive, idle } = createApp(context, identity, metrics)
    const { SLACK_APP_TOKEN: appToken, SLACK_API_URL: apiUrl } = config.env
    const onOthers = watchConnections(context, worker.holder, () => connection.renew())
    const connection = keepConnected(
      { appToken, apiUrl, deadlineMs: waits.forConnection, log, onProblem, onOthers },
      receive,
    )
    await startCall('SLACK_APP_TOKEN', () => connection.start())
    presence = await showPresence(
      config.database,
      { holder: worker.holder, config: configDigest(config) },
      worker.wakeSoon,
    )
    worker.start(context)
    void lookAtChannel()
    const stopSchedule = startSchedule(context, tasks, worker.holder)
    void learnNames(context)
    return {
      context,
      connection,
      worker,
      async stop() {
        stopping.abort()
        const finish = async () => {
          await stopSchedule()
          // Running requests are answered over the connection, so it closes last.
          await idle()
          await Promise.all([connection.stop(), worker.stop(STOP_MS)])
        }
        await Promise.race([finish(), sleep(STOP_MS)])
        await presence?.close()
        await db.destroy()
      },
    }
  } catch (error) {
    await presence?.close()
    await db.destroy()
    throw error
  }
}

/** GitHub may be out of reach, or slow: the start goes on, and the schedule compares again. */
async function startComparing(context: Context): Promise<void> {
  const comparing = compareWithLog(context).catch((error: unknown) =>
    context.log.error({ error }, 'the database could not be compared with the rotation log'),
  )
  await Promise.race([comparing, sleep(COMPARE_MS, undefined, { ref: false })])
}

/** A short history is verified before the bot connects, a long one meanwhile. */
async function startVerifying(context: Context): Promise<void> {
  const { count } = await findChainHead(context.db)
  const verifying = verifyHistory(context)
  if (count - (await findCheckpoint(context.db)).count <= LONG_CHAIN) await verifying
  else verifying.catch((error: unknown) => context.log.error({ error }, 'the history could not be verified'))
}

/** Saves the names of everyone in the config, because cards show people who have not used the bot yet. */
async function learnNames({ config, people, db, log, clock }: Context): Promise<void> {
  const { operators, 'devops-lead': lead, 'ai-ops-owner': owner } = config.people
  for (const user of new Set([...operators, ...lead, ...owner].filter((id) => !id.startsWith('S')))) {
    try {
      const found = await people.findAccount(user)
      if (found) await setPerson(db, user, found.name, clock.now())
    } catch (error) {
      log.warn({ error, user }, 'a person in the config could not be read')
    }
  }
}
