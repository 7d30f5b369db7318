import { parseArgs } from 'node:util'
import { type Config, ConfigProblem, readConfig } from '#config/config'
import { DatabaseProblem } from '#db/open-database'
import { removeDatabase } from '#db/remove-database'
import { StartProblem } from '#integrations/slack/workspace'
import { TEAM } from '#sandbox/demo-users'
import { followClock } from '#sandbox/follow-clock'
import { readSandboxPort, SandboxProblem } from '#sandbox/port'
import { createSandbox, type Sandbox, type SandboxOptions, STATE_FILE } from '#sandbox/sandbox'
import { type Bot, startBot } from '#startup/bot'
import { startHealth } from '#startup/health'
import { createLogger } from '#startup/logger'
import type { Clock } from './context.ts'

/** The configuration is wrong: starting again without changing it would not help (sysexits.h, EX_CONFIG). */
const EXIT_CONFIG = 78

type Variables = Record<string, string | undefined>

async function main(): Promise<void> {
  const fresh = readFresh()
  const alone = isWithoutSlack(process.env)
  if (fresh && !alone)
    throw new ConfigProblem([
      '--fresh starts the sandbox over, but Slack credentials are set: nothing was deleted',
    ])
  if (!alone) {
    await serve({ sandbox: null, fresh: false })
    return
  }

  // “Start over” on the page must make the bot beside it forget, too.
  let restart = { before: async () => {}, after: async () => {} }
  const sandbox = await startSandbox(fresh, {
    beforeReset: () => restart.before(),
    afterReset: () => restart.after(),
  })
  restart = await serve({ sandbox, fresh })
}

/** Runs the bot until it is told to stop. @returns what makes it start over together with the sandbox */
async function serve({ sandbox, fresh }: { sandbox: Sandbox | null; fresh: boolean }) {
  const config = readConfig(process.env)
  const log = createLogger(config.env.LOG_LEVEL, process.env)
  const clock = chooseClock(config, sandbox)
  if (fresh) removeDatabase(config.databaseFile, TEAM.id)

  let bot: Bot | null = null
  // Before anything is done: a port that is taken must not leave half a process behind.
  const health = await startHealth(config.env.HTTP_PORT, () => bot)
  bot = await startBot(config, clock, log)

  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    await health.close()
    await bot?.stop()
    await sandbox?.close()
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  process.stdout.write(sandbox ? welcome(sandbox.url) : 'The rotation bot is connected to Slack.\n')

  return {
    async before() {
      await bot?.stop()
      bot = null
    },
    async after() {
      removeDatabase(config.databaseFile, TEAM.id)
      bot = await startBot(config, clock, log)
    },
  }
}

function readFresh(): boolean {
  try {
    return parseArgs({ options: { fresh: { type: 'boolean', default: false } } }).values.fresh
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new ConfigProblem([`${reason}. The only option is --fresh, which starts the sandbox over`])
  }
}

/** Without any Slack credential, and not in production, the bot runs beside the sandbox. */
const isWithoutSlack = (variables: Variables): boolean =>
  !variables.SLACK_BOT_TOKEN && !variables.SLACK_APP_TOKEN && variables.NODE_ENV !== 'production'

const REAL_SYSTEMS = [
  'AWS_PROFILE',
  'AWS_SESSION_TOKEN',
  'AWS_ENDPOINT_URL',
  'VAULT_TOKEN',
  'VAULT_NAMESPACE',
]

async function startSandbox(
  fresh: boolean,
  resets: Pick<SandboxOptions, 'beforeReset' | 'afterReset'>,
): Promise<Sandbox> {
  const sandbox = await createSandbox({
    port: readSandboxPort(process.env.SANDBOX_PORT),
    file: STATE_FILE,
    fresh,
    ...resets,
  })
  // The AWS SDK reads the environment by itself; what a shell has set for real systems must not reach them.
  for (const name of REAL_SYSTEMS) delete process.env[name]
  const { LOG_LEVEL = 'warn', ROTATION_CONFIG } = process.env
  Object.assign(process.env, sandbox.env, { LOG_LEVEL, ...(ROTATION_CONFIG && { ROTATION_CONFIG }) })
  return sandbox
}

function chooseClock(config: Config, sandbox: Sandbox | null): Clock {
  if (sandbox) return { now: () => sandbox.clock.now().toISOString() }
  const { SANDBOX_CLOCK_URL } = config.env
  if (SANDBOX_CLOCK_URL) return followClock(SANDBOX_CLOCK_URL)
  return { now: () => new Date().toISOString() }
}

const welcome = (url: string): string => `
The rotation bot runs beside its sandbox: no Slack credentials are set, so nothing real is touched.

  Open ${url}

It is a small chat workspace with the bot in it. Type /rotation start to begin; everything is kept in data/ until
npm start -- --fresh. To connect a real workspace, see README.md.

`

/** Every problem in one answer on stderr; exit 78 where the configuration must change, 1 where waiting may help. */
function giveUp(error: unknown): never {
  const [problems, code] = problemsOf(error)
  process.stderr.write(
    `The rotation bot cannot start:\n${problems.map((problem) => `  - ${problem}\n`).join('')}`,
  )
  process.exit(code)
}

function problemsOf(error: unknown): [string[], number] {
  if (error instanceof ConfigProblem) return [error.problems, EXIT_CONFIG]
  if (error instanceof DatabaseProblem || error instanceof SandboxProblem)
    return [[error.message], EXIT_CONFIG]
  if (error instanceof StartProblem) return [[error.message], error.passing ? 1 : EXIT_CONFIG]
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
    return [
      [`The port of HTTP_PORT is in use (${error.message}). Stop what uses it, or set another.`],
      EXIT_CONFIG,
    ]
  return [[error instanceof Error ? (error.stack ?? error.message) : String(error)], 1]
}

main().catch(giveUp)
