import { describe, expect, it } from 'vitest'
import { formatPlan, makePlan } from './plan.ts'

const SEEDS = Array.from({ length: 400 }, (_, index) => index + 1)

describe('a plan', () => {
  it('is made from its seed alone', () => {
    for (const seed of SEEDS) expect(makePlan(seed)).toEqual(makePlan(seed))
  })

  it('differs from seed to seed', () => {
    const texts = SEEDS.map((seed) => formatPlan(makePlan(seed)).replace(/^seed \d+/, ''))
    expect(new Set(texts).size).toBeGreaterThan(SEEDS.length * 0.95)
  })

  it('has all kinds of faults and acts among a few hundred', () => {
    const plans = SEEDS.map(makePlan)
    expect(new Set(plans.flatMap(({ faults }) => faults.map(({ fault }) => fault.kind)))).toEqual(
      new Set([
        'call',
        'socket',
        'refresh',
        'clock',
        'signal',
        'kill-at-commit',
        'disk-full',
        'second-bot',
        'database-locked',
        'switch',
      ]),
    )
    expect(new Set(plans.flatMap(({ acts }) => acts.map((act) => act.do))).size).toBe(16)
  })

  it('names every act and every fault in its text', () => {
    const plan = makePlan(7)
    expect(formatPlan(plan).split('\n')).toHaveLength(1 + plan.acts.length + plan.faults.length)
  })
})
