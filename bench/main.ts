import { availableParallelism, cpus, totalmem } from 'node:os'
import { benchAnswers } from './answers.ts'
import { benchCalls } from './calls.ts'
import { benchChecks } from './checks.ts'
import { benchClaims } from './claims.ts'
import { benchHeap } from './heap.ts'
import { benchHome } from './home.ts'
import { benchInventory } from './inventory.ts'
import { benchLongHistory, prepareHistory } from './long-history.ts'
import { type BenchOptions, readOptions } from './options.ts'
import { benchReminders } from './reminders.ts'
import { missing, type Result, table } from './result.ts'
import { benchStart } from './start.ts'

type Say = (line: string) => void

interface Group {
  name: string
  says: string
  run(say: Say, options: BenchOptions): Promise<Result[]>
}

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

const say: Say = (line) => process.stdout.write(`${line}\n`)
const options = readOptions()

const GIB = 2 ** 30
say(
  `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ${Math.round(totalmem() / GIB)} GiB, Node ${process.versions.node}`,
)
const isWanted = ({ name }: Group) => name.includes(options.only)

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

const results = [...(await Promise.all(TOGETHER.map(runGroups))).flat(), ...(await runGroups(TIMED))]
say(`\n${table(results)}`)
const missed = results.filter((result) => !result.met)
if (missed.length > 0) say(`\nMissed: ${missed.map(({ name }) => name).join('; ')}`)
process.exit(missed.length > 0 ? 1 : 0)
