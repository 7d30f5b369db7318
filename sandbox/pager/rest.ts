import { type Context, Hono } from 'hono'
import { CREDENTIALS, PAGER_POLICY } from '#sandbox/demo-users'
import type { World } from '../world.ts'
import { type Alert, alertsOf, RESPONDERS, type Responder } from './alerts.ts'

const DEFAULT_LIMIT = 25
const MOST_LIMIT = 100

/** REST API v2: who is on call, and the state of an incident. */
export function restRoutes(world: World): Hono {
  const routes = new Hono()
  const alerts = alertsOf(world)

  routes.use('*', async (c, next) => {
    const token = /^Token token=(\S+)$/.exec(c.req.header('authorization') ?? '')?.[1]
    if (token !== CREDENTIALS.pagerApiToken)
      return c.json({ error: { message: 'Invalid Credentials', code: 2006 } }, 401)
    return next()
  })

  routes.get('/oncalls', (c) => {
    const policies = c.req.queries('escalation_policy_ids[]') ?? []
    const schedules = c.req.queries('schedule_ids[]') ?? []
    const expanded = (c.req.queries('include[]') ?? []).includes('users')
    const wanted =
      (policies.length === 0 || policies.includes(PAGER_POLICY.id)) &&
      (schedules.length === 0 || schedules.includes(PAGER_POLICY.scheduleId))
    const found = wanted && !world.faults.on('oncall-empty') ? RESPONDERS : []
    const { slice, about } = paginate(c, found)
    const oncalls = slice.map((each) => ({
      escalation_policy: reference('escalation_policy', PAGER_POLICY.id, PAGER_POLICY.name),
      schedule: reference('schedule', PAGER_POLICY.scheduleId, 'DevOps on-call'),
      user: userJson(each, expanded),
      escalation_level: each.level,
      start: null,
      end: null,
    }))
    return c.json({ oncalls, ...about })
  })

  routes.get('/incidents', (c) => {
    const key = c.req.query('incident_key')
    const statuses = c.req.queries('statuses[]') ?? []
    const expanded = (c.req.queries('include[]') ?? []).includes('acknowledgers')
    const found = alerts
      .all()
      .filter(
        (alert) =>
          (key === undefined || alert.dedupKey === key) &&
          (statuses.length === 0 || statuses.includes(alert.status)),
      )
    const { slice, about } = paginate(c, found)
    return c.json({ incidents: slice.map((alert) => incidentJson(world, alert, expanded)), ...about })
  })

  routes.all('*', (c) => c.json({ error: { message: 'Not Found', code: 2100 } }, 404))
  return routes
}

function paginate<T>(c: Context, all: readonly T[]) {
  const number = (name: string, fallback: number) => {
    const value = Number(c.req.query(name) ?? fallback)
    return Number.isInteger(value) && value >= 0 ? value : fallback
  }
  const limit = Math.min(number('limit', DEFAULT_LIMIT), MOST_LIMIT)
  const offset = number('offset', 0)
  const slice = all.slice(offset, offset + limit)
  return { slice, about: { limit, offset, more: offset + slice.length < all.length, total: null } }
}

const reference = (type: string, id: string, summary: string) => ({
  id,
  type: `${type}_reference`,
  summary,
  self: null,
  html_url: null,
})

const userJson = (user: Responder, expanded: boolean) =>
  expanded
    ? { ...reference('user', user.id, user.name), type: 'user', name: user.name, email: user.email }
    : reference('user', user.id, user.name)

function incidentJson(world: World, alert: Alert, expanded: boolean) {
  const acknowledgements = alert.status === 'acknowledged' ? alert.acknowledgements : []
  return {
    id: alert.id,
    type: 'incident',
    incident_number: alert.number,
    title: alert.summary,
    summary: `[#${alert.number}] ${alert.summary}`,
    html_url: `${world.url()}/#pager/${alert.id}`,
    status: alert.status,
    incident_key: alert.dedupKey,
    created_at: alert.createdAt,
    resolved_at: alert.resolvedAt,
    acknowledgements: acknowledgements.map(({ at, by }) => ({ at, acknowledger: userJson(by, expanded) })),
  }
}
