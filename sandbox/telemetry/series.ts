import type { World } from '../world.ts'
import { type Agent, agentsOf, beganAt, countHappenings, type Happening } from './agents.ts'

/** How often Prometheus scrapes the agents, in milliseconds of the sandbox's clock. */
const SCRAPE_MS = 1_000

/** What the agents export, and what happened to them when it counts up. */
const METRICS: Readonly<Record<string, readonly { labels: Record<string, string>; counts: Happening }[]>> = {
  agent_authentications_total: [
    { labels: { result: 'success' }, counts: 'success' },
    { labels: { result: 'failure' }, counts: 'failure' },
  ],
  agent_token_expiry_warnings_total: [{ labels: {}, counts: 'warning' }],
}

/** A metric's name and labels, such as `agent_authentications_total{environment="staging"}`. */
export interface Selector {
  metric: string
  labels: Record<string, string>
}

/** A counter of one agent. */
interface Counter {
  agent: Agent
  counts: Happening
}

/** The counters that a selector means and that Prometheus ever saw. */
function countersOf(world: World, selector: Selector): Counter[] {
  if (world.faults.on('telemetry-silent')) return []
  const exported = Object.hasOwn(METRICS, selector.metric) ? METRICS[selector.metric] : undefined
  return agentsOf(world).flatMap((agent) =>
    (exported ?? [])
      .filter(({ labels }) => {
        const own: Record<string, string> = { ...labels, environment: agent.environment, agent: agent.agent }
        return Object.entries(selector.labels).every(([name, value]) => (own[name] ?? '') === value)
      })
      .map(({ counts }) => ({ agent, counts }))
      .filter((counter) => counter.counts === 'warning' || total(world, counter) > 0),
  )
}

/** Agents export their warnings from the beginning, and a result of authenticating once there was one. */
const total = (world: World, { agent, counts }: Counter): number =>
  countHappenings(world, agent, counts, beganAt(world), world.clock.now().getTime())

const lastScrape = (at: number): number => Math.floor(at / SCRAPE_MS) * SCRAPE_MS

/** By how much a selector's counters rose, summed; null before they were scraped twice and did not rise. */
export function rise(world: World, selector: Selector, at: number, rangeMs: number): number | null {
  const [begin, end] = [lastScrape(at - rangeMs), lastScrape(at)]
  const counters = countersOf(world, selector)
  if (counters.length === 0 || end <= begin) return null
  const risen = counters.reduce(
    (sum, { agent, counts }) => sum + countHappenings(world, agent, counts, begin, end),
    0,
  )
  return risen > 0 || isScrapedTwice(at, rangeMs) ? risen : null
}

/** How many counters of a selector were scraped twice in the range; null for none. */
export const scrapedTwice = (world: World, selector: Selector, at: number, rangeMs: number): number | null =>
  isScrapedTwice(at, rangeMs) ? countersOf(world, selector).length || null : null

const isScrapedTwice = (at: number, rangeMs: number): boolean =>
  lastScrape(at) - lastScrape(at - rangeMs) >= 2 * SCRAPE_MS
