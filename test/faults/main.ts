import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { formatPlan, makePlan } from './plan.ts'
import type { RunResult } from './run.ts'
import { runSeeds } from './seeds.ts'

const USAGE = `npm run faults -- [--runs N] [--seed S]   the seeds S to S+N-1 (40 from 1)
  --seeds 3,7,12   these seeds
  --fresh          seeds that nobody has seen; failures are reported and the exit code stays 0
  --lanes N        how many bots run at the same time (4)
  --log            the bot's log after each failed run
  --offline        an hour without network, as ten minutes
  --planted        breaks the bot on purpose, and shows which rule sees it; --bug WORDS for one of the bugs
  --until-red      ends with the first failure
  --json           one line for each failure`

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string' },
    lanes: { type: 'string', default: '4' },
    fresh: { type: 'boolean', default: false },
    log: { type: 'boolean', default: false },
    offline: { type: 'boolean', default: false },
    planted: { type: 'boolean', default: false },
    bug: { type: 'string' },
    json: { type: 'boolean', default: false },
    'until-red': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function chosenSeeds(): number[] {
  if (values.seeds) return values.seeds.split(',').map(Number)
  const first = values.fresh ? randomInt(1_000_000, 1_000_000_000) : Number(values.seed)
  return Array.from({ length: Number(values.runs) }, (_, index) => first + index)
}

function report({ plan, violations, met, ms, stderr, earlier, accepted }: RunResult): void {
  if (values.json) {
    const rules = [...new Set(violations.map(({ rule }) => rule))]
    if (violations.length > 0) say(JSON.stringify({ seed: plan.seed, rules }))
    return
  }
  const seconds = (ms / 1_000).toFixed(1)
  const did = `${accepted} forms, ${met.length} calls disturbed`
  if (violations.length === 0) {
    say(`✓ seed ${plan.seed} (${plan.story}, ${did}, ${seconds} s)`)
    return
  }
  say(`✗ seed ${plan.seed} (${did}, ${seconds} s)`)
  say(formatPlan(plan))
  for (const { fault, call } of met) say(`  met: ${fault} ${call}`)
  for (const { rule, sentence } of violations) say(`  ${rule}: ${sentence}`)
  say(`  again: npm run faults -- --runs 1 --seed ${plan.seed}`)
  if (earlier.length > 0)
    say(
      `  with the same bot as before: npm run faults -- --lanes 1 --seeds ${[...earlier, plan.seed].join(',')}`,
    )
  if (values.log) say(stderr)
}

async function main(): Promise<number> {
  if (values.help) {
    say(USAGE)
    return 0
  }
  if (values.planted) return (await import('./planted-bugs.ts')).plantAll(values.bug, say)
  if (values.offline) return (await import('./offline.ts')).goOffline(say)
  const seeds = chosenSeeds()
  const began = Date.now()
  const results = await runSeeds(seeds, {
    lanes: Number(values.lanes),
    report,
    makePlan,
    stopAt: (result) => values['until-red'] && result.violations.length > 0,
  })
  const failed = results.filter((each) => each.violations.length > 0).map((each) => each.plan.seed)
  const seconds = Math.round((Date.now() - began) / 1_000)
  say(
    `${results.length} runs in ${seconds} s, ${failed.length} failed${failed.length > 0 ? `: ${failed.join(', ')}` : ''}`,
  )
  return failed.length > 0 && !values.fresh ? 1 : 0
}

process.exit(await main())
