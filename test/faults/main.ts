import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { runPlans } from './lanes.ts'
import { makePlan } from './plan.ts'
import { forReplicas } from './plan-of-replicas.ts'
import { reporter, say, sum } from './report.ts'

const LANES = 6

const USAGE = `npm run faults -- [--runs N] [--seed S]   the seeds S to S+N-1 (40 from 1)
  --seeds 3,7,12   these seeds
  --fresh          seeds that nobody has seen; failures are reported and the exit code stays 0
  --lanes N        how many bots run at the same time (6; with --replicas 1)
  --replicas N     N bots on one PostgreSQL in each lane, which is restarted, too
  --log            what people sent, and the bot's log
  --connections    each way in which the connection to Slack can hang
  --offline        an hour without network, as ten minutes
  --planted        breaks the bot on purpose, and shows which rule sees it; --bug WORDS for some of the bugs`

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string' },
    lanes: { type: 'string' },
    replicas: { type: 'string', default: '1' },
    fresh: { type: 'boolean', default: false },
    log: { type: 'boolean', default: false },
    connections: { type: 'boolean', default: false },
    offline: { type: 'boolean', default: false },
    planted: { type: 'boolean', default: false },
    bug: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
})

function chosenSeeds(): number[] {
  if (values.seeds) return values.seeds.split(',').map(Number)
  const first = values.fresh ? randomInt(1_000_000, 1_000_000_000) : Number(values.seed)
  return Array.from({ length: Number(values.runs) }, (_, index) => first + index)
}

/** @returns the exit code */
async function main(): Promise<number> {
  if (values.help) {
    say(USAGE)
    return 0
  }
  const replicas = Number(values.replicas)
  const lanes = Number(values.lanes ?? (replicas > 1 ? 1 : LANES))
  const options = { lanes, replicas, report: reporter({ log: values.log, replicas }) }
  if (values.planted) return (await import('./planted-bugs.ts')).plantAll(values.bug, options)
  if (values.connections) return (await import('./hung-connections.ts')).hangConnections(options)
  if (values.offline) return (await import('./offline.ts')).goOffline()
  const began = Date.now()
  const plans = chosenSeeds().map((seed) => makePlan(seed))
  const chosen = replicas > 1 ? plans.map((plan) => forReplicas(plan, replicas)) : plans
  const results = await runPlans(chosen, options)
  const hasFailed = sum(results, Date.now() - began)
  return hasFailed && !values.fresh ? 1 : 0
}

process.exit(await main())
