import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { copyDatabase } from '#db/copy-database'
import { Person } from '#test/support/person'
import { type PostgresServer, withClient } from '#test/support/postgres-server'
import { start } from '#test/support/run-rotation'
import {
  type BotOptions,
  DoesNotStart,
  type Started,
  type StrictWorkspace,
  startBot,
  startWorkspace,
} from './apps.ts'
import { gather, idleRates, untilQuiet } from './load.ts'
import type { BenchOptions } from './options.ts'
import { cpuMs } from './process-usage.ts'
import { median, missing, type Result, ratioResult } from './result.ts'
import { ACK_MS, ackMs, alternate, figureOf, type Measured } from './rounds.ts'

const WRITE_HISTORY = fileURLToPath(new URL('write-history.ts', import.meta.url))
const SIZE = { rotations: 5_000, events: 1_000_000 }
const QUICK_SIZE = { rotations: 50, events: 10_000 }
const execFileLater = promisify(execFile)
const PEOPLE = 20
/** One after the other: what is measured is one answer, not a queue. */
const SLOWLY = { perSecond: 1, seconds: 3 }
/** After which an app has done what belongs to its start. */
const STARTED_MS = 20_000
const MOST = { idle: 1.2, ack: 1.2, status: 1.2, start: 1.5 }

let prepared: Promise<{ folder: string; database: string }> | null = null

/** Writes the database that `benchLongHistory` needs, once. Another process does it. */
export function prepareHistory(say: (line: string) => void, { quick }: BenchOptions) {
  prepared ??= write(say, quick ? QUICK_SIZE : SIZE)
  return prepared
}

async function write(say: (line: string) => void, { rotations, events }: typeof SIZE) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-history-'))
  const database = join(folder, 'rotation.db')
  const began = performance.now()
  await execFileLater(process.execPath, [WRITE_HISTORY, database, String(rotations), String(events)])
  say(
    `  a database with ${rotations} rotations was written in ${Math.round((performance.now() - began) / 1_000)} s`,
  )
  return { folder, database }
}

/** Deletes what `prepareHistory` wrote. */
export async function removeHistory(): Promise<void> {
  if (prepared) rmSync((await prepared).folder, { recursive: true, force: true })
  prepared = null
}

/** The bot after ten years against the bot on its first day: what it does when idle, its answers and its start. */
export async function benchLongHistory(
  say: (line: string) => void,
  options: BenchOptions,
): Promise<Result[]> {
  const { database } = await prepareHistory(say, options)
  return benchBoth(say, options, { old: { database }, fresh: {} })
}

/** The same with the same history on PostgreSQL, to which it is copied as `rotation db copy` does. */
export async function benchLongHistoryOnPostgres(
  say: (line: string) => void,
  options: BenchOptions,
  server: PostgresServer,
): Promise<Result[]> {
  const { database } = await prepareHistory(say, options)
  const [old, fresh] = ['bench_old', 'bench_fresh'].map((name) => server.urlOf(name))
  for (const name of ['bench_old', 'bench_fresh'])
    await withClient(server.urlOf(), (client) => client.query(`create database ${name}`))
  const began = performance.now()
  await copyDatabase(database, old ?? '')
  say(`  it was copied to PostgreSQL in ${Math.round((performance.now() - began) / 1_000)} s`)
  const on = (url = '') => ({ variables: { DATABASE_URL: url } })
  return benchBoth(say, options, { old: on(old), fresh: on(fresh), where: ' (PostgreSQL)' })
}

interface Databases {
  old: BotOptions
  fresh: BotOptions
  /** For the names of the rows. */
  where?: string
}

async function benchBoth(
  say: (line: string) => void,
  options: BenchOptions,
  databases: Databases,
): Promise<Result[]> {
  const workspaces = await Promise.all([
    startWorkspace({ people: PEOPLE }),
    startWorkspace({ people: PEOPLE }),
  ])
  const running: Started[] = []
  try {
    const results = await compare(workspaces, { databases, running, options })
    for (const { name, measured } of results) say(`  ${name}: ${measured}`)
    return results
  } catch (error) {
    if (!(error instanceof DoesNotStart)) throw error
    say(`  ${error.message}`)
    return NAMES.map(([name, most]) =>
      missing(`${name}${databases.where ?? ''}`, 'does not start', `≤ ${most}×`),
    )
  } finally {
    for (const started of running) await started.stop()
    for (const workspace of workspaces) await workspace.stop()
  }
}

const OLD = '5,000 rotations and 1,000,000 events against an empty database'
const NAMES = [
  [`${OLD}: CPU from the start until connected`, MOST.start],
  [`${OLD}: CPU a second when idle`, MOST.idle],
  [`${OLD}: ack of \`/rotation help\`, p50`, MOST.ack],
  [`${OLD}: \`/rotation status\` answered, p50`, MOST.status],
] as const

async function compare(
  [one, other]: [StrictWorkspace, StrictWorkspace],
  { databases, running, options }: { databases: Databases; running: Started[]; options: BenchOptions },
): Promise<Result[]> {
  const begin = async (workspace: StrictWorkspace, given: BotOptions) => {
    const started = await startBot(workspace, given)
    running.push(started)
    return { started, cpu: cpuMs(started.pid) }
  }
  const old = await begin(one, databases.old)
  const fresh = await begin(other, databases.fresh)
  const [ours, bare] = [await prepare(one, old.started), await prepare(other, fresh.started)]
  for (const { app, workspace } of [ours, bare])
    await untilQuiet(app.pid, { idle: 100, mostMs: STARTED_MS, ...workspace })
  const [idle = 0, idleFresh = 0] = await idleRates([ours.app.pid, bare.app.pid], options.quick ? 3 : 12)
  Object.assign(ours, { idle })
  Object.assign(bare, { idle: idleFresh })
  const help = await alternate((crowd) => crowd.command('/rotation help'), { ours, bare }, options)
  const status = await alternate(
    (crowd) => crowd.command('/rotation status'),
    { ours, bare },
    options,
    SLOWLY,
  )
  const acks = figureOf(help, ({ exchanges }) => median(exchanges.map(ackMs)))
  const answers = figureOf(status, ({ exchanges }) =>
    median(exchanges.map(({ sentAt, answeredAt }) => (answeredAt === null ? ACK_MS : answeredAt - sentAt))),
  )
  const figures = [
    { ours: old.cpu, bare: fresh.cpu, unit: 'ms' },
    { ours: idle, bare: idleFresh, unit: 'ms' },
    { ...acks, unit: 'ms' },
    { ...answers, unit: 'ms' },
  ]
  return figures.map((figure, at) => {
    const [name, most] = NAMES[at]!
    return ratioResult(`${name}${databases.where ?? ''}`, { ...figure, most })
  })
}

/** Opens a rotation, as there nearly always is one. */
async function prepare(workspace: StrictWorkspace, app: Started): Promise<Measured> {
  await start(new Person(workspace.url, 'U0OPERATOR'))
  const crowd = await gather(workspace, { people: PEOPLE, clickers: 1, button: /^open-step:/ })
  return { workspace, app, crowd, idle: 0 }
}
