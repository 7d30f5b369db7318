import { Hono } from 'hono'
import { z } from 'zod'
import type { World } from '../world.ts'
import { alertsOf, RESPONDERS } from './alerts.ts'

const actionSchema = z.object({
  id: z.string(),
  action: z.enum(['acknowledge', 'resolve']),
  user: z.string().optional(),
})

/** The page's and tests' view of the pager, and the actions of the person on call. */
export function pagerControl(world: World): Hono {
  const routes = new Hono()
  const alerts = alertsOf(world)
  routes.get('/', (c) =>
    c.json({ onCall: world.faults.on('oncall-empty') ? [] : RESPONDERS, alerts: alerts.all() }),
  )
  routes.post('/', async (c) => {
    const given = actionSchema.safeParse(await c.req.json().catch(() => undefined))
    const alert = given.success ? alerts.find(given.data.id) : undefined
    if (!given.success || !alert)
      return c.json({ error: 'Send the alert’s `id` and an `action`: acknowledge or resolve.' }, 400)
    const responder = RESPONDERS.find((each) => each.slackId === given.data.user) ?? RESPONDERS[0] ?? null
    alerts[given.data.action](alert.dedupKey, responder)
    return c.json({ alert: alerts.find(alert.id) })
  })
  return routes
}
