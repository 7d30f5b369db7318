import { randomUUID } from 'node:crypto'
import { type Context, Hono } from 'hono'
import { CREDENTIALS } from '#sandbox/demo-users'
import { asArray, asDict, asText, type Dict, isDict } from '../slack/json.ts'
import type { World } from '../world.ts'
import { type AlertPayload, alertsOf } from './alerts.ts'

const ACTIONS = ['trigger', 'acknowledge', 'resolve']
const SEVERITIES = ['critical', 'error', 'warning', 'info']
const SUMMARY_LENGTH = 1_024
const DEDUP_LENGTH = 255
const ROUTING_KEY_LENGTH = 32
const LARGEST_BYTES = 512 * 1_024

/** PagerDuty's Events API v2: `POST /v2/enqueue`. */
export function eventRoutes(world: World): Hono {
  const routes = new Hono()
  const alerts = alertsOf(world)

  routes.post('/v2/enqueue', async (c) => {
    const text = await c.req.text()
    if (Buffer.byteLength(text) > LARGEST_BYTES) return invalid(c, ['Event is larger than 512 KB'])
    const event = parseJson(text)
    if (!event) return invalid(c, ['JSON cannot be parsed'])
    if (world.faults.on('pager-refuses'))
      return invalid(c, [`Length of 'routing_key' is incorrect (should be ${ROUTING_KEY_LENGTH} characters)`])
    const problems = problemsOf(event)
    if (problems.length > 0) return invalid(c, problems)
    const dedupKey = asText(event.dedup_key) || randomUUID()
    // PagerDuty also accepts an event with an unknown routing key, and drops it.
    if (event.routing_key === CREDENTIALS.pagerRoutingKey)
      carryOut(asText(event.event_action), dedupKey, event)
    return c.json({ status: 'success', message: 'Event processed', dedup_key: dedupKey }, 202)
  })

  function carryOut(action: string, dedupKey: string, event: Dict): void {
    if (action === 'trigger') alerts.trigger(dedupKey, payloadOf(event))
    else if (action === 'acknowledge') alerts.acknowledge(dedupKey, null)
    else alerts.resolve(dedupKey, null)
  }

  return routes
}

const invalid = (c: Context, errors: string[]) =>
  c.json({ status: 'invalid event', message: 'Event object is invalid', errors }, 400)

function parseJson(text: string): Dict | null {
  try {
    const value: unknown = JSON.parse(text)
    return isDict(value) ? value : null
  } catch {
    return null
  }
}

function problemsOf(event: Dict): string[] {
  const problems: string[] = []
  const key = event.routing_key
  if (typeof key !== 'string') problems.push("'routing_key' is missing or blank")
  else if (key.length !== ROUTING_KEY_LENGTH)
    problems.push(`Length of 'routing_key' is incorrect (should be ${ROUTING_KEY_LENGTH} characters)`)
  if (!ACTIONS.includes(asText(event.event_action)))
    problems.push(`'event_action' is invalid (must be one of the following: ${ACTIONS.join(', ')})`)
  if (asText(event.dedup_key).length > DEDUP_LENGTH)
    problems.push(`Length of 'dedup_key' is incorrect (should be at most ${DEDUP_LENGTH} characters)`)
  if (event.event_action !== 'trigger' && asText(event.dedup_key) === '')
    problems.push("'dedup_key' is missing or blank")
  if (event.event_action === 'trigger') problems.push(...payloadProblems(event))
  return problems
}

function payloadProblems({ payload, links }: Dict): string[] {
  if (!isDict(payload)) return ["'payload' is missing or blank"]
  const problems = ['summary', 'source', 'severity'].flatMap((name) =>
    asText(payload[name]).trim() === '' ? [`'payload.${name}' is missing or blank`] : [],
  )
  if (asText(payload.summary).length > SUMMARY_LENGTH)
    problems.push(`Length of 'payload.summary' is incorrect (should be at most ${SUMMARY_LENGTH} characters)`)
  if (asText(payload.severity) && !SEVERITIES.includes(asText(payload.severity)))
    problems.push(`'payload.severity' is invalid (must be one of the following: ${SEVERITIES.join(', ')})`)
  if (asArray(links).some((link) => !URL.canParse(asText(asDict(link).href))))
    problems.push("'links' is invalid (each needs an href)")
  return problems
}

function payloadOf(event: Dict): AlertPayload {
  const payload = asDict(event.payload)
  const optional = (value: unknown) => asText(value) || null
  return {
    summary: asText(payload.summary),
    source: asText(payload.source),
    severity: asText(payload.severity),
    component: optional(payload.component),
    group: optional(payload.group),
    class: optional(payload.class),
    details: payload.custom_details ?? null,
    links: asArray(event.links).map((link) => ({
      href: asText(asDict(link).href),
      text: asText(asDict(link).text),
    })),
    clientUrl: optional(event.client_url),
  }
}
