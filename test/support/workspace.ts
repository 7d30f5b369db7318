import type { LogEvent } from 'kysely'
import { type Logger, pino } from 'pino'
import { verify } from '#cli/audit-verify'
import { type Config, readConfig } from '#config/config'
import type { Waits } from '#config/waits'
import type { Revoker } from '#domain/rotation/rotation'
import { createSandbox, type Sandbox } from '#sandbox/sandbox'
import { type Bot, startBot } from '#startup/bot'
import { connectClients } from '#startup/connect-systems'
import type { Metrics } from '#startup/health/metrics'
import type { ScheduledTask } from '#startup/schedule'
import { makeDatabase } from './databases.ts'
import { Person } from './person.ts'
import { QUICK_WAITS, quickTasks } from './quick-tasks.ts'

/** A sandbox with the bot beside it, and its four users. */
export interface Workspace {
  sandbox: Sandbox
  bot: Bot
  config: Config
  operator: Person
  devopsLead: Person
  aiOpsOwner: Person
  bystander: Person
  close(): Promise<void>
}

interface WorkspaceOptions {
  /** Lists of the config to replace, such as more operators. */
  people?: Partial<Config['people']>
  configure?: (config: Config) => Config
  connect?: (env: Record<string, string>) => Promise<Record<string, string>>
  /** Who revokes old versions. */
  revoker?: Revoker
  metrics?: Metrics
  /** Where its log goes; without one, nowhere. */
  log?: Logger
  /** Pauses to replace. */
  waits?: Partial<Waits>
  /** What happens by time. */
  tasks?: ScheduledTask[]
  /** Receives every statement that the bot sends to its database. */
  onStatement?: (statement: LogEvent) => void
  /** False where the test changes the database or the log by hand: at the end, nothing tampered with may be found. */
  audited?: boolean
}

/** No reminders, because they depend on the hour of the test. `configure` can enable them. */
const ALWAYS_QUIET = { from: '00:00', to: '24:00', weekends: true }

/** Tests move the clock by minutes and hours: none of them may cross midnight because of the hour at which it runs. */
const STARTS_AT_HOUR = 11

/** Starts a sandbox, a database and the bot, on a free port. */
export async function openWorkspace({
  people = {},
  configure = (config) => config,
  connect = async (env) => env,
  tasks = quickTasks(),
  revoker = 'workflow',
  onStatement,
  metrics,
  waits = {},
  audited = true,
  log = pino({ level: process.env.LOG_LEVEL ?? 'silent' }),
}: WorkspaceOptions = {}): Promise<Workspace> {
  const { url, remove } = await makeDatabase()
  const sandbox = await createSandbox({
    port: 0,
    file: ':memory:',
    ciStepMs: 20,
    startsAtHour: STARTS_AT_HOUR,
  })
  const env = await connect(sandbox.env)
  // The AWS SDK reads the environment itself.
  const restoreVariables = setVariables(env)
  const read = readConfig({ ...env, DATABASE_URL: url })
  const config = configure({
    ...read,
    quiet: ALWAYS_QUIET,
    revoke: { ...read.revoke, by: revoker },
    people: { ...read.people, ...people },
  })
  const bot = await startBot(config, { now: () => sandbox.clock.now().toISOString() }, log, {
    tasks,
    waits: { ...QUICK_WAITS, ...waits },
    ...(onStatement && { onStatement }),
    ...(metrics ? { metrics } : {}),
  })
  return {
    sandbox,
    bot,
    config,
    operator: new Person(sandbox.url, 'U0OPERATOR'),
    devopsLead: new Person(sandbox.url, 'U0DEVOPSLEAD'),
    aiOpsOwner: new Person(sandbox.url, 'U0AIOPSOWNER'),
    bystander: new Person(sandbox.url, 'U0BYSTANDER'),
    async close() {
      await bot.stop()
      const found = audited ? await auditOf(bot) : []
      await sandbox.close()
      await remove()
      restoreVariables()
      if (found.length > 0)
        throw new Error(`the audit reports an untouched history:\n${JSON.stringify(found, null, 2)}`)
    },
  }
}

/** What the audit reports. What is unreadable, as under a fault, is no reason to complain. */
async function auditOf({ context: { config, clock, log } }: Bot) {
  const { tampering } = await verify(config, connectClients(config, clock, log))
  return tampering
}

/** Sets variables of this process. @returns puts back what they were: the next test file runs in the same process */
function setVariables(variables: Record<string, string>): () => void {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const)
  Object.assign(process.env, variables)
  return () => {
    for (const [name, value] of before)
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
  }
}
