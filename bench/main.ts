import { availableParallelism, cpus, totalmem } from 'node:os'
import { benchAnswers } from './answers.ts'
import { benchCalls } from './calls.ts'
import { benchChecks } from './checks.ts'
import { benchHeap } from './heap.ts'
import { benchHome } from './home.ts'
import { benchInventory } from './inventory.ts'
import { benchLongHistory } from './long-history.ts'
import { type BenchOptions, readOptions } from './options.ts'
import { benchReminders } from './reminders.ts'
import { type Result, table } from './result.ts'
import { benchStart } from './start.ts'

type Say = (line: string) => void

interface Group {
  name: string
  says: string
  run(say: Say, options: BenchOptions): Promise<Result[]>
}

/** Groups that count and do not time, which run at the same time. */
const COUNTED: Group[] = [
  { name: 'calls', says: 'Calls to other systems in a rotation:', run: benchCalls },
  { name: 'heap', says: 'Heap after many commands:', run: benchHeap },
]

/** Groups that need the machine for themselves. */
const TIMED: Group[] = [
  { name: 'answers', says: 'Answers, against a bare Bolt app:', run: benchAnswers },
  { name: 'start', says: 'Start and memory, against a bare Bolt app:', run: benchStart },
  { name: 'history', says: 'After ten years, against an empty database:', run: benchLongHistory },
  { name: 'inventory', says: 'Inventory, against a stand-in for AWS:', run: benchInventory },
  { name: 'checks', says: 'Checks of a step, with 250 ms of delay for other systems:', run: benchChecks },
  { name: 'home', says: 'App Home, from the database to its blocks:', run: benchHome },
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
  const results = await run(say, options)
  say(`  (${says} ${Math.round((performance.now() - began) / 1_000)} s)`)
  return results
}

const results: Result[] = (await Promise.all(COUNTED.filter(isWanted).map(runGroup))).flat()
for (const group of TIMED.filter(isWanted)) results.push(...(await runGroup(group)))
say(`\n${table(results)}`)
const missed = results.filter((result) => !result.met)
if (missed.length > 0) say(`\nMissed: ${missed.map(({ name }) => name).join('; ')}`)
process.exit(missed.length > 0 ? 1 : 0)
