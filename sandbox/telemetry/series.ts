import type { World } from '../world.ts'
import { type Agent, type AgentEvent, agentsOf, countEvents, telemetrySince } from './agents.ts'

/** Scrape interval, in milliseconds of the sandbox's clock. */
const SCRAPE_MS = 1_000

const METRICS: Readonly<Record<string, readonly { labels: Record<string, string>; counts: AgentEvent }[]>> = {
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

interface Counter {
  agent: Agent
  counts: AgentEvent
}

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

/** Warnings are exported from the start, a result only after its first occurrence. */
const total = (world: World, { agent, counts }: Counter): number =>
  countEvents(world, agent, counts, telemetrySince(world), world.clock.now().getTime())

const lastScrape = (at: number): number => Math.floor(at / SCRAPE_MS) * SCRAPE_MS

/** Summed increase of the matching counters; null before two scrapes without an increase. */
export function rise(world: World, selector: Selector, at: number, rangeMs: number): number | null {
  const [begin, end] = [lastScrape(at - rangeMs), lastScrape(at)]
  const counters = countersOf(world, selector)
  if (counters.length === 0 || end <= begin) return null
  const risen = counters.reduce(
    (sum, { agent, counts }) => sum + countEvents(world, agent, counts, begin, end),
    0,
  )
  return risen > 0 || isScrapedTwice(at, rangeMs) ? risen : null
}

/** Number of matching counters with two scrapes in the range; null for none. */
export const scrapedTwice = (world: World, selector: Selector, at: number, rangeMs: number): number | null =>
  isScrapedTwice(at, rangeMs) ? countersOf(world, selector).length || null : null

const isScrapedTwice = (at: number, rangeMs: number): boolean =>
  lastScrape(at) - lastScrape(at - rangeMs) >= 2 * SCRAPE_MS
