import { parseArgs } from 'node:util'
import { type Lane, openLane } from './lane.ts'
import { formatPlan, makePlan } from './plan.ts'
import { type RunResult, runPlan } from './run.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
    lanes: { type: 'string', default: '4' },
    log: { type: 'boolean', default: false },
  },
})

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function report({ plan, violations, met, ms }: RunResult): void {
  const seconds = (ms / 1_000).toFixed(1)
  if (violations.length === 0) {
    say(`✓ seed ${plan.seed} (${plan.story}, ${seconds} s)`)
    return
  }
  say(`✗ seed ${plan.seed} (${seconds} s)`)
  say(formatPlan(plan))
  for (const call of met) say(`  met: ${call}`)
  for (const { rule, sentence } of violations) say(`  ${rule}: ${sentence}`)
  say(`  again: npm run faults -- --runs 1 --seed ${plan.seed}`)
}

async function main(): Promise<void> {
  const first = Number(values.seed)
  const seeds = Array.from({ length: Number(values.runs) }, (_, index) => first + index)
  const results: RunResult[] = []
  const work = async () => {
    let lane: Lane | null = null
    for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
      lane ??= await openLane()
      const result = await runPlan(makePlan(seed), lane)
      results.push(result)
      report(result)
      if (values.log) say(lane.bot.stderr())
      await lane.close()
      lane = null
    }
  }
  await Promise.all(Array.from({ length: Math.min(Number(values.lanes), seeds.length) }, work))
  const failed = results.filter((each) => each.violations.length > 0)
  say(
    `${results.length} runs, ${failed.length} failed${failed.length > 0 ? `: ${failed.map((each) => each.plan.seed).join(', ')}` : ''}`,
  )
  process.exit(failed.length > 0 ? 1 : 0)
}

await main()
