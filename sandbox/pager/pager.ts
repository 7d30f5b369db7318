import { Hono } from 'hono'
import type { World } from '../world.ts'
import { eventRoutes } from './events.ts'
import { restRoutes } from './rest.ts'

const RETRY_AFTER_S = 2

/** PagerDuty: the Events API v2, and the part of the REST API that the bot reads. */
export function createPager(world: World): { routes: Hono } {
  const routes = new Hono()
  routes.use('*', async (c, next) => {
    if (world.faults.on('pager-unavailable')) {
      await untilAborted(c.req.raw.signal)
      return c.body(null)
    }
    if (world.faults.on('pager-rate-limited'))
      return c.text('Too many API calls at a time.', 429, { 'retry-after': String(RETRY_AFTER_S) })
    return next()
  })
  routes.route('/', eventRoutes(world))
  routes.route('/', restRoutes(world))
  return { routes }
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve())
  })
