import type { World } from '../world.ts'
import { type Agent, type AgentEvent, agentsOf, countEvents, telemetrySince, versionsRun } from './agents.ts'

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

/** The labels that a query may group by. */
export const GROUPS = ['agent', 'version'] as const
export type Group = (typeof GROUPS)[number]

/** A sum of counters that have the same labels. */
export interface Sum {
  labels: Partial<Record<Group, string>>
  value: number
}

export interface Range {
  at: number
  rangeMs: number
  by: readonly Group[]
}

interface Counter {
  agent: Agent
  counts: AgentEvent
  version: string
  /** In the range, when its version ran: ms since 1970. */
  ran: { from: number; to: number }
}

function countersOf(world: World, selector: Selector, { at, rangeMs }: Range): Counter[] {
  if (world.faults.on('telemetry-silent')) return []
  const exported = Object.hasOwn(METRICS, selector.metric) ? METRICS[selector.metric] : undefined
  const [begin, end] = [lastScrape(at - rangeMs), lastScrape(at)]
  return agentsOf(world).flatMap((agent) =>
    (exported ?? [])
      .filter(({ labels }) => {
        const own: Record<string, string> = { ...labels, environment: agent.environment, agent: agent.agent }
        return Object.entries(selector.labels).every(([name, value]) => (own[name] ?? '') === value)
      })
      .flatMap(({ counts }) =>
        [...versionsRun(world, agent, begin, end)].map(([version, ran]) => ({ agent, counts, version, ran })),
      )
      .filter((counter) => counter.counts === 'warning' || total(world, counter) > 0),
  )
}

/** Warnings are exported from the start, a result only after its first occurrence. */
const total = (world: World, { agent, counts, version }: Counter): number =>
  countEvents(world, agent, counts, {
    from: telemetrySince(world),
    to: world.clock.now().getTime(),
    version,
  })

const lastScrape = (at: number): number => Math.floor(at / SCRAPE_MS) * SCRAPE_MS

/** Increase of the matching counters, summed by labels; none before two scrapes without an increase. */
export function rise(world: World, selector: Selector, range: Range): Sum[] {
  const { at, rangeMs } = range
  const [from, to] = [lastScrape(at - rangeMs), lastScrape(at)]
  const counters = countersOf(world, selector, range)
  const risen = counters.map((counter) => {
    const { agent, counts, version } = counter
    return { counter, value: countEvents(world, agent, counts, { from, to, version }) }
  })
  return sumUp(
    world,
    risen.filter(({ counter, value }) => value > 0 || isScrapedTwice(counter)),
    range,
  )
}

/** Zeros for the matching counters with two scrapes in the range, by labels. */
export const scrapedTwice = (world: World, selector: Selector, range: Range): Sum[] =>
  sumUp(
    world,
    countersOf(world, selector, range)
      .filter(isScrapedTwice)
      .map((counter) => ({ counter, value: 0 })),
    range,
  )

const isScrapedTwice = ({ ran }: Counter): boolean =>
  lastScrape(ran.to) - lastScrape(ran.from) >= 2 * SCRAPE_MS

function sumUp(world: World, values: { counter: Counter; value: number }[], { by }: Range): Sum[] {
  const sums = new Map<string, Sum>()
  for (const { counter, value } of values) {
    const labels = labelsOf(world, counter, by)
    const key = JSON.stringify(labels)
    sums.set(key, { labels, value: (sums.get(key)?.value ?? 0) + value })
  }
  return [...sums.values()]
}

function labelsOf(world: World, { agent, version }: Counter, by: readonly Group[]): Sum['labels'] {
  const isVersionExported = !world.faults.on('telemetry-without-versions')
  return {
    ...(by.includes('agent') && { agent: agent.agent }),
    ...(by.includes('version') && isVersionExported && { version }),
  }
}
