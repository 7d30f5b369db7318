import { availableParallelism, cpus, totalmem } from 'node:os'
import { benchCalls } from './calls.ts'
import { benchChecks } from './checks.ts'
import { benchHome } from './home.ts'
import { benchInventory } from './inventory.ts'
import { benchReminders } from './reminders.ts'
import { table } from './result.ts'

const say = (line: string) => process.stdout.write(`${line}\n`)

const GIB = 2 ** 30
say(
  `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ${Math.round(totalmem() / GIB)} GiB, Node ${process.versions.node}`,
)
say('Inventory, against a stand-in for AWS on the same machine:')
const inventory = await benchInventory(say)
say('Checks of a step against the sandbox, with 250 ms delay for GitHub and the secrets manager:')
const checks = await benchChecks(say)
say('Calls to AWS in a rotation, against the sandbox:')
const calls = await benchCalls(say)
say('App Home, from the database to its blocks:')
const homes = await benchHome(say)
say('Schedule, on a database with 5,000 past rotations:')
const cadence = await benchReminders(say)
const results = [...inventory, ...checks, ...calls, ...homes, ...cadence]
say(`\n${table(results)}`)
process.exit(results.every((result) => result.met) ? 0 : 1)
