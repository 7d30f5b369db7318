import type { MiddlewareHandler } from 'hono'
import type { World } from './world.ts'

const AHEAD_MS = 2 * 60_000
const SKEWED = /^\/(slack|github)\//

/** Shifts the `Date` header of Slack and GitHub while the fault `clocks-apart` is on. */
export const skewedClocks =
  (world: World): MiddlewareHandler =>
  async (c, next) => {
    await next()
    if (world.faults.on('clocks-apart') && SKEWED.test(c.req.path))
      c.res.headers.set('date', new Date(Date.now() + AHEAD_MS).toUTCString())
  }
