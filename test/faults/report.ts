import type { EventType } from '#domain/rotation/events'
import { describe, formatPlan } from './plan.ts'
import type { RunResult } from './run.ts'
import type { Interaction } from './visitor.ts'

export function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** A run in which nothing happens proves nothing. */
const isAccepted = ({ mark, acked, refused }: Interaction): boolean =>
  mark !== null && acked && refused === null

const inSeconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`

/** Says what a run did, and for a failed one everything that its reader needs. @param log also what people sent, and the bot's log */
export const reporter =
  ({ log, replicas }: { log: boolean; replicas: number }) =>
  ({ plan, violations, met, armed, ms, stderr, earlier, interactions }: RunResult): void => {
    const did = `${interactions.filter(isAccepted).length} forms, ${armed.filter(({ hasMet }) => hasMet).length} of ${armed.length} armed faults met something`
    const options = replicas > 1 ? `--replicas ${replicas} ` : ''
    if (log) for (const each of interactions) say(`  ${JSON.stringify(each)}`)
    if (log) say(stderr)
    if (log) for (const { fault, hasMet } of armed) if (!hasMet) say(`  met nothing: ${describe(fault)}`)
    if (violations.length === 0) {
      say(`✓ ${plan.name} (${plan.story}; ${did}; ${inSeconds(ms)})`)
      return
    }
    say(`✗ ${plan.name} (${did}; ${inSeconds(ms)})`)
    say(formatPlan(plan))
    for (const { fault, call } of met) say(`  met: ${fault} ${call}`)
    for (const { rule, sentence } of violations) say(`  ${rule}: ${sentence}`)
    if (plan.seed !== null) say(`  again: npm run faults -- ${options}--runs 1 --seed ${plan.seed}`)
    if (plan.seed !== null && earlier.length > 0) {
      const seeds = [...earlier, plan].map(({ seed }) => seed)
      say(`  with the same bot as before: npm run faults -- ${options}--lanes 1 --seeds ${seeds.join(',')}`)
    }
  }

const OFTEN = 40
/** Few plans go to the end, and under faults few of these get there. */
const SELDOM = 200

/**
 * Events of the history, and the form that raises an incident, with the number of runs in which each happens at least once; otherwise
 * they prove nothing about it.
 */
const MUST_HAPPEN: [EventType | 'incident', runs: number][] = [
  ['incident', OFTEN],
  ['rotation-opened', OFTEN],
  ['run-started', OFTEN],
  ['step-completed', OFTEN],
  ['signed-off', SELDOM],
  ['rotation-completed', SELDOM],
  ['rotation-aborted', OFTEN],
]

const runsWith = (results: RunResult[], what: string): number =>
  results.filter(
    ({ happened, interactions }) =>
      happened.some((type) => type === what) ||
      interactions.some((each) => each.what === what && each.acked && each.refused === null),
  ).length

function neverHappened(results: RunResult[]): string[] {
  const due = MUST_HAPPEN.filter(([, runs]) => results.length >= runs).map(([type]) => type)
  return due.filter((type) => runsWith(results, type) === 0)
}

/** Says how many runs failed. @returns whether any did, or something never happened in many runs */
export function sum(results: RunResult[], ms: number): boolean {
  const failed = results.filter((each) => each.violations.length > 0).map((each) => each.plan.name)
  const armed = results.flatMap((each) => each.armed)
  const met = armed.filter(({ hasMet }) => hasMet)
  say(
    `${results.length} runs in ${Math.round(ms / 1_000)} s; ${met.length} of ${armed.length} armed faults met something (${Math.round((100 * met.length) / Math.max(armed.length, 1))} %); ${failed.length} failed${failed.length > 0 ? `: ${failed.join(', ')}` : ''}`,
  )
  say(`Runs with: ${MUST_HAPPEN.map(([type]) => `${type} ${runsWith(results, type)}`).join(', ')}`)
  const neglected = neverHappened(results)
  if (neglected.length > 0)
    say(`In no run: ${neglected.join(', ')}. The people of test/faults/ do not get there.`)
  return failed.length > 0 || neglected.length > 0
}
