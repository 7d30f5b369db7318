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

/** Every group of rows, in the order in which they are printed. */
const GROUPS: { name: string; says: string; run(say: Say, options: BenchOptions): Promise<Result[]> }[] = [
  { name: 'answers', says: 'Answers, against a bare Bolt app:', run: benchAnswers },
  { name: 'start', says: 'Start and memory, against a bare Bolt app:', run: benchStart },
  { name: 'heap', says: 'Heap after many commands:', run: benchHeap },
  { name: 'history', says: 'After ten years, against an empty database:', run: benchLongHistory },
  {
    name: 'inventory',
    says: 'Inventory, against a stand-in for AWS on the same machine:',
    run: benchInventory,
  },
  {
    name: 'checks',
    says: 'Checks of a step against the sandbox, with 250 ms delay for GitHub and the secrets manager:',
    run: benchChecks,
  },
  { name: 'calls', says: 'Calls to AWS in a rotation, against the sandbox:', run: benchCalls },
  { name: 'home', says: 'App Home, from the database to its blocks:', run: benchHome },
  { name: 'reminders', says: 'Schedule, on a database with 5,000 past rotations:', run: benchReminders },
]

const say: Say = (line) => process.stdout.write(`${line}\n`)
const options = readOptions()

const GIB = 2 ** 30
say(
  `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ${Math.round(totalmem() / GIB)} GiB, Node ${process.versions.node}`,
)
const results: Result[] = []
for (const { says, run } of GROUPS.filter(({ name }) => name.includes(options.only))) {
  const began = performance.now()
  say(says)
  results.push(...(await run(say, options)))
  say(`  (${Math.round((performance.now() - began) / 1_000)} s)`)
}
say(`\n${table(results)}`)
const missed = results.filter((result) => !result.met)
if (missed.length > 0) say(`\nMissed: ${missed.map(({ name }) => name).join('; ')}`)
process.exit(missed.length > 0 ? 1 : 0)
