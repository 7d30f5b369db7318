import type { MiddlewareHandler } from 'hono'
import type { World } from './world.ts'

const AHEAD_MS = 2 * 60_000
const SKEWED = /^\/(slack|github)\//

/** Dates the answers of Slack and GitHub by clocks that are ahead, while the fault is on. */
export const skewedClocks =
  (world: World): MiddlewareHandler =>
  async (c, next) => {
    await next()
    if (world.faults.on('clocks-apart') && SKEWED.test(c.req.path))
      c.res.headers.set('date', new Date(Date.now() + AHEAD_MS).toUTCString())
  }
