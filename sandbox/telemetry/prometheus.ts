import { type Context, Hono } from 'hono'
import type { World } from '../world.ts'
import { readQuery } from './promql.ts'
import { noteQuery } from './query-log.ts'
import { rise, type Sum, scrapedTwice } from './series.ts'

class BadData extends Error {}

const FORMS =
  'the sandbox knows only the forms of the bot’s default telemetry.queries; connect a real Prometheus to ask anything else'

/** Prometheus' HTTP API for the agents' counters: instant queries in the forms of the bot's defaults. */
export function createPrometheus(world: World): Hono {
  const routes = new Hono()
  routes.use('*', async (c, next) => {
    if (world.faults.on('telemetry-unavailable')) return c.text('Service Unavailable\n', 503)
    await next()
  })
  routes.get('/api/v1/query', (c) => answer(c, world, new URL(c.req.url).searchParams))
  routes.post('/api/v1/query', async (c) => {
    const form = new URLSearchParams(await c.req.text())
    return answer(c, world, new URLSearchParams([...form, ...new URL(c.req.url).searchParams]))
  })
  // Link target for people: the page shows the last queries.
  routes.get('/graph', (c) => c.redirect('/#telemetry'))
  routes.get('/-/ready', (c) => c.text('Prometheus Server is Ready.\n'))
  routes.all('*', (c) => c.text('404 page not found\n', 404))
  return routes
}

function answer(c: Context, world: World, params: URLSearchParams): Response {
  const query = params.get('query') ?? ''
  try {
    const at = readTime(params.get('time'), world)
    const sums = evaluate(world, query, at)
    noteQuery(world, query, sums.map(words).join(', ') || 'nothing')
    const result = sums.map(({ labels, value }) => ({ metric: labels, value: [at / 1000, String(value)] }))
    // As VictoriaMetrics marks it.
    const isPartial = world.faults.on('telemetry-partial')
    return c.json({
      status: 'success',
      ...(isPartial && { isPartial }),
      data: { resultType: 'vector', result },
    })
  } catch (error) {
    if (!(error instanceof BadData)) throw error
    noteQuery(world, query, error.message)
    return c.json({ status: 'error', errorType: 'bad_data', error: error.message }, 400)
  }
}

const words = ({ labels, value }: Sum): string =>
  [labels.agent, labels.version?.slice(0, 8), value].filter((part) => part !== undefined).join(' ')

function evaluate(world: World, query: string, at: number): Sum[] {
  if (query.trim() === '')
    throw new BadData(
      'invalid parameter "query": unknown position: parse error: no expression found in input',
    )
  const question = readQuery(query)
  if (!question) throw new BadData(`invalid parameter "query": ${FORMS}`)
  const { risen, otherwise, rangeMs, by } = question
  const range = { at, rangeMs, by }
  const sums = rise(world, risen, range)
  if (otherwise === null) return sums
  const keys = new Set(sums.map(({ labels }) => JSON.stringify(labels)))
  const zeros = scrapedTwice(world, otherwise, range)
  return [...sums, ...zeros.filter(({ labels }) => !keys.has(JSON.stringify(labels)))]
}

/** RFC 3339, or seconds since 1970. @returns milliseconds since 1970 */
function readTime(text: string | null, world: World): number {
  if (text === null || text === '') return world.clock.now().getTime()
  const at = /^[\d.]+$/.test(text) ? Number(text) * 1000 : Date.parse(text)
  if (Number.isNaN(at))
    throw new BadData(`invalid parameter "time": cannot parse ${JSON.stringify(text)} to a valid timestamp`)
  return at
}
