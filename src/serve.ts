import { parseArgs } from 'node:util'
import { ConfigProblem, readConfig } from '#config/config'
import { DatabaseProblem } from '#db/database-problem'
import { removeDatabase } from '#db/remove-database'
import { StartProblem } from '#integrations/slack/workspace'
import { errorText } from '#redaction/error-text'
import { type Bot, startBot } from '#startup/bot'
import { chooseClock } from '#startup/choose-clock'
import { EXIT_CONFIG, EXIT_FAILED } from '#startup/exit-codes'
import { exitWithProblems, failureOf } from '#startup/exit-with-problems'
import { createMetrics } from '#startup/health/metrics'
import { startHealth } from '#startup/health/start-health'
import { createLogger } from '#startup/logger'
import type { StopSignals } from '#startup/stop-signals'
import { useProxy } from '#startup/use-proxy'

type Variables = Record<string, string | undefined>
type EmbeddedSandbox = import('#sandbox/embedded').EmbeddedSandbox

async function main(signals: StopSignals): Promise<void> {
  const fresh = readFresh()
  const withSandbox = needsSandbox(process.env)
  if (fresh && !withSandbox)
    throw new ConfigProblem([
      '--fresh starts the sandbox over, but Slack credentials are set: nothing was deleted',
    ])
  if (!withSandbox) {
    await serve({ sandbox: null, fresh: false, signals })
    return
  }

  const { startEmbedded } = await loadSandbox()
  // "Start over" on the sandbox's page also deletes the bot's database.
  let restart = { before: async () => {}, after: async () => {} }
  const sandbox = await startEmbedded({
    fresh,
    beforeReset: () => restart.before(),
    afterReset: () => restart.after(),
  })
  restart = await serve({ sandbox, fresh, signals })
}

/** Runs the bot until SIGTERM or SIGINT. @returns what restarts it when the sandbox is reset */
async function serve({
  sandbox,
  fresh,
  signals,
}: {
  sandbox: EmbeddedSandbox | null
  fresh: boolean
  signals: StopSignals
}) {
  const config = readConfig(process.env)
  useProxy(process.env)
  const log = createLogger(config.env.LOG_LEVEL, process.env)
  const clock = sandbox?.clock ?? (await chooseClock(config.env))
  const forget = async () => {
    if (sandbox) await removeDatabase(config.database, sandbox.teamId)
  }
  if (fresh) await forget()

  let bot: Bot | null = null
  // First, so that a port in use ends the start before it has changed anything.
  let startProblem: string | null = null
  const metrics = createMetrics()
  const options = {
    metrics,
    onProblem: (problem: string) => {
      startProblem = problem
    },
  }
  const health = await startHealth({
    port: config.env.HTTP_PORT,
    host: config.env.HTTP_HOST,
    metrics,
    bot: () => bot,
    startProblem: () => startProblem,
  })
  signals.before(() => health.close())
  bot = await startBot(config, clock, log, options)

  signals.before(async () => {
    await health.close()
    await bot?.stop()
    await sandbox?.close()
  })
  process.stdout.write(sandbox?.welcome ?? 'The rotation bot is connected to Slack.\n')

  return {
    async before() {
      await bot?.stop()
      bot = null
    },
    async after() {
      await forget()
      bot = await startBot(config, clock, log, options)
    },
  }
}

function readFresh(): boolean {
  try {
    return parseArgs({ options: { fresh: { type: 'boolean', default: false } } }).values.fresh
  } catch (error) {
    const reason = errorText(error)
    throw new ConfigProblem([`${reason}. The only option is --fresh, which starts the sandbox over`])
  }
}

/** Without any Slack credential, and not in production, the bot runs beside the sandbox. */
const needsSandbox = (variables: Variables): boolean =>
  !variables.SLACK_BOT_TOKEN && !variables.SLACK_APP_TOKEN && variables.NODE_ENV !== 'production'

const isNotInstalled = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'

/** The only import of the sandbox, by need, because production installs neither it nor its packages. */
async function loadSandbox() {
  try {
    return await import('#sandbox/embedded')
  } catch (error) {
    if (!isNotInstalled(error)) throw error
    throw new ConfigProblem([
      'SLACK_BOT_TOKEN and SLACK_APP_TOKEN are not set: to connect a real workspace, set the variables that README.md lists',
      `The sandbox, which needs no credentials, is not installed (${error.message}): to try it, run “npm ci” in a complete checkout, then “npm start”`,
    ])
  }
}

/** Exits with 78 where the configuration must change, with 1 where a later start may succeed. */
function answerOf(error: unknown): { problems: readonly string[]; exitCode: number } {
  if (error instanceof DatabaseProblem || error instanceof StartProblem)
    return { problems: [error.message], exitCode: error.passing ? EXIT_FAILED : EXIT_CONFIG }
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
    return {
      problems: [`The port of HTTP_PORT is in use (${error.message}). Stop what uses it, or set another.`],
      exitCode: EXIT_CONFIG,
    }
  return failureOf(error, (other) =>
    other instanceof Error ? (other.stack ?? other.message) : String(other),
  )
}

/** Starts the bot, and ends the process with the problems and the exit code when it cannot start. */
export const serveOrExit = (signals: StopSignals): Promise<void> =>
  main(signals).catch((error: unknown) => exitWithProblems('The rotation bot cannot start', answerOf(error)))
