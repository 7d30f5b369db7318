import { availableParallelism, cpus, totalmem } from 'node:os'
import { type PostgresServer, startPostgres } from '#test/support/postgres-server'
import { benchAnswers } from './answers.ts'
import { benchCalls } from './calls.ts'
import { benchChecks } from './checks.ts'
import { benchClaims } from './claims.ts'
import { benchHeap } from './heap.ts'
import { benchHome } from './home.ts'
import { benchInventory } from './inventory.ts'
import {
  benchLongHistory,
  benchLongHistoryOnPostgres,
  prepareHistory,
  removeHistory,
} from './long-history.ts'
import { type BenchOptions, readOptions } from './options.ts'
import { benchReminders } from './reminders.ts'
import { benchReplicas } from './replicas.ts'
import { missing, type Result, table } from './result.ts'
import { benchStart } from './start.ts'
import { benchTakeover } from './takeover.ts'

type Say = (line: string) => void

interface Group {
  name: string
  says: string
  run(say: Say, options: BenchOptions): Promise<Result[]>
}

type OnPostgres = (say: Say, options: BenchOptions, server: PostgresServer) => Promise<Result[]>

/** Groups that count or mostly wait. The lists run at the same time, the groups of each one after the other. */
const TOGETHER: Group[][] = [
  [{ name: 'calls', says: 'Calls to other systems in a rotation:', run: benchCalls }],
  [
    { name: 'heap', says: 'Heap after many commands:', run: benchHeap },
    { name: 'checks', says: 'Checks of a step, with 250 ms of delay for other systems:', run: benchChecks },
  ],
  [{ name: 'history', says: 'A long history:', run: (...given) => prepareHistory(...given).then(() => []) }],
]

/** Groups that need the machine for themselves. */
const TIMED: Group[] = [
  { name: 'answers', says: 'Answers, against a bare Bolt app:', run: benchAnswers },
  { name: 'start', says: 'Start and memory, against a bare Bolt app:', run: benchStart },
  { name: 'history', says: 'After ten years, against an empty database:', run: benchLongHistory },
  { name: 'inventory', says: 'Inventory, against a stand-in for AWS:', run: benchInventory },
  { name: 'home', says: 'App Home, from the database to its blocks:', run: benchHome },
  { name: 'claims', says: 'Claims of jobs:', run: benchClaims },
  { name: 'reminders', says: 'Schedule, on a database with 5,000 past rotations:', run: benchReminders },
]

/** What many replicas need, only with `--postgres`. */
const ON_POSTGRES: (Omit<Group, 'run'> & { run: OnPostgres })[] = [
  { name: 'replicas', says: 'One bot and several, on one PostgreSQL:', run: benchReplicas },
  { name: 'takeover', says: 'Takeover of the jobs of a replica that has ended:', run: benchTakeover },
  { name: 'history', says: 'After ten years, on PostgreSQL:', run: benchLongHistoryOnPostgres },
]

const say: Say = (line) => process.stdout.write(`${line}\n`)
const options = readOptions()

const GIB = 2 ** 30
say(
  `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ${Math.round(totalmem() / GIB)} GiB, Node ${process.versions.node}`,
)
const isWanted = ({ name }: Pick<Group, 'name'>) => name.includes(options.only)

async function runGroup({ says, run }: Group): Promise<Result[]> {
  const began = performance.now()
  say(says)
  const results = await run(say, options).catch((error: Error) => {
    say(`  ${error.stack}`)
    return [missing(says, `failed: ${error.message}`, 'measured')]
  })
  say(`  (${says} ${Math.round((performance.now() - began) / 1_000)} s)`)
  return results
}

async function runGroups(groups: Group[]): Promise<Result[]> {
  const results: Result[] = []
  for (const group of groups.filter(isWanted)) results.push(...(await runGroup(group)))
  return results
}

const server = options.postgres ? await startPostgres({ preload: 'pg_stat_statements' }) : null
if (server) process.env.TEST_DATABASE_URL = server.urlOf()
const onServer = (given: PostgresServer): Group[] =>
  ON_POSTGRES.map(({ run, ...group }) => ({ ...group, run: (...rest) => run(...rest, given) }))
const results = [
  ...(await Promise.all(TOGETHER.map(runGroups))).flat(),
  // Before a bot writes into the long history.
  ...(await runGroups([...(server ? onServer(server) : []), ...TIMED])),
]
await server?.stop()
await removeHistory()
say(`\n${table(results)}`)
const missed = results.filter((result) => !result.met)
if (missed.length > 0) say(`\nMissed: ${missed.map(({ name }) => name).join('; ')}`)
process.exit(missed.length > 0 ? 1 : 0)
