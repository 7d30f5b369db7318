import { z } from 'zod'
import type { Config } from '#config/config'
import { unlink } from '#domain/break-addresses'
import {
  PAGE_STATES,
  type PageEvent,
  type Pager,
  type PagerDirectory,
  type Responder,
  Undeliverable,
} from '#domain/ports/pager'
import { readRateLimit } from '#domain/ports/rate-limit'
import { NotReadable } from '#domain/tokens/secret'
import { censor } from '#redaction/censor'
import { errorText } from '#redaction/error-text'

const EVENTS_URL = 'https://events.pagerduty.com'
const API_URL = 'https://api.pagerduty.com'
const DEADLINE_MS = 5_000
const SECOND = 1_000
/** PagerDuty: "Events API v2", limits of `payload.summary`. */
const SUMMARY_LENGTH = 1_024
// PagerDuty asks to wait a few minutes after a 429, without a number.
const LIMITED_MS = 60_000
const CLIENT = 'Rotation bot'

/**
 * PagerDuty's Events API v2, or null without a routing key. Does not retry: the outbox does, and the key
 * makes it harmless.
 *
 * @param env `PAGERDUTY_EVENTS_URL` with or without `/v2/enqueue`
 */
export function pagerDuty({
  PAGERDUTY_ROUTING_KEY: key,
  PAGERDUTY_EVENTS_URL: base,
}: Config['env']): Pager | null {
  if (!key) return null
  const url = `${(base ?? EVENTS_URL).replace(/\/$/, '').replace(/\/v2\/enqueue$/, '')}/v2/enqueue`
  return {
    async send(event) {
      const body = JSON.stringify({ routing_key: key, ...toBody(event) })
      const headers = { 'content-type': 'application/json' }
      const answer = await ask(url, { method: 'POST', headers, body }).catch((error: unknown) => {
        throw new Undeliverable(`PagerDuty did not answer (${reasonOf(error)})`, { cause: error })
      })
      if (!answer.ok) throw await refusalOf(answer)
      await answer.body?.cancel()
    },
  }
}

function toBody(event: PageEvent): object {
  const common = { event_action: event.action, dedup_key: event.key }
  if (event.action !== 'trigger') return common
  const { summary, severity, source, component, cause, links, details, at } = event
  const words = unlink(summary)
  const payload = {
    summary: [...words].slice(0, SUMMARY_LENGTH).join('').slice(0, SUMMARY_LENGTH).toWellFormed(),
    severity,
    source,
    component,
    group: 'capability tokens',
    class: cause,
    timestamp: at,
    custom_details: Object.fromEntries(Object.entries(details).map(([name, value]) => [name, unlink(value)])),
  }
  const [first] = links
  return { ...common, payload, links, client: CLIENT, ...(first && { client_url: first.href }) }
}

const refusalSchema = z.object({ message: z.string().optional(), errors: z.array(z.string()).optional() })

async function refusalOf(answer: Response): Promise<Undeliverable> {
  const { status } = answer
  const text = await answer.text().catch(() => '')
  if (status === 429)
    return new Undeliverable('PagerDuty limits the rate; the bot will retry', { limit: limitOf(answer) })
  if (status >= 500) return new Undeliverable(`PagerDuty failed (${status}); the bot will retry`)
  const parsed = refusalSchema.safeParse(parseJson(text))
  const said = parsed.success && errorText(parsed.data.errors?.join('; ') ?? parsed.data.message ?? '')
  return new Undeliverable(
    `PagerDuty refused the page (${status}): ${said || 'it gave no reason'}. Correct PAGERDUTY_ROUTING_KEY or its integration in PagerDuty`,
    { permanent: true },
  )
}

const limitOf = ({ headers }: Response) =>
  readRateLimit(
    'PagerDuty',
    {
      retryAfter: headers.get('retry-after') ?? headers.get('ratelimit-reset'),
      date: headers.get('date'),
    },
    Date.now(),
    LIMITED_MS,
  )

const userSchema = z.object({
  name: z.string().optional(),
  summary: z.string().nullish(),
  email: z.string().optional(),
})
const onCallsSchema = z.object({
  oncalls: z.array(z.object({ escalation_level: z.int(), user: userSchema })),
  more: z.boolean().optional(),
})
const incidentsSchema = z.object({
  incidents: z.array(
    z.object({
      status: z.enum(PAGE_STATES),
      html_url: z.string(),
      created_at: z.string(),
      acknowledgements: z.array(z.object({ acknowledger: userSchema })).optional(),
    }),
  ),
})

const PAGE = 100
/** More than any on-call schedule needs. */
const MOST_PAGES = 20

/** PagerDuty's REST API, or null without a token. Reads only. */
export function pagerDutyDirectory({ env, pager }: Pick<Config, 'env' | 'pager'>): PagerDirectory | null {
  const { PAGERDUTY_API_TOKEN: token, PAGERDUTY_API_URL: base = API_URL } = env
  if (!token) return null
  const get = async <T extends z.ZodType>(schema: T, path: string, query: [string, string][]) => {
    const url = `${base.replace(/\/$/, '')}${path}?${new URLSearchParams(query)}`
    const headers = {
      authorization: `Token token=${token}`,
      accept: 'application/vnd.pagerduty+json;version=2',
    }
    const answer = await ask(url, { headers }).catch((error: unknown) => {
      throw new NotReadable(`PagerDuty did not answer (${reasonOf(error)})`, { cause: error })
    })
    if (!answer.ok) {
      const limit = answer.status === 429 ? limitOf(answer) : null
      throw new NotReadable(await readProblem(answer), { limit })
    }
    const parsed = schema.safeParse(parseJson(await answer.text()))
    if (!parsed.success) throw new NotReadable('PagerDuty’s answer does not match its documentation')
    return parsed.data
  }
  return {
    async onCall() {
      const wanted = onCallQuery(pager)
      if (!wanted) return null
      const found: z.output<typeof onCallsSchema>['oncalls'] = []
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const query: [string, string][] = [
          wanted,
          ['include[]', 'users'],
          ['limit', String(PAGE)],
          ['offset', String(page * PAGE)],
        ]
        const { oncalls, more } = await get(onCallsSchema, '/oncalls', query)
        found.push(...oncalls)
        if (!more) break
      }
      const first = Math.min(...found.map((each) => each.escalation_level))
      return distinct(
        found.filter((each) => each.escalation_level === first).map(({ user }) => toResponder(user)),
      )
    },

    async findPage(key) {
      const { incidents } = await get(incidentsSchema, '/incidents', [
        ['incident_key', key],
        ['date_range', 'all'],
        ['include[]', 'acknowledgers'],
      ])
      const newest = incidents.toSorted((a, b) => b.created_at.localeCompare(a.created_at))[0]
      if (!newest) return null
      const acknowledger = newest.acknowledgements?.at(-1)?.acknowledger
      return {
        state: newest.status,
        url: censor(newest.html_url),
        acknowledgedBy: acknowledger ? toResponder(acknowledger) : null,
      }
    },
  }
}

function onCallQuery(pager: Config['pager']): [string, string] | null {
  if (pager['escalation-policy']) return ['escalation_policy_ids[]', pager['escalation-policy']]
  return pager.schedule ? ['schedule_ids[]', pager.schedule] : null
}

const toResponder = (user: z.output<typeof userSchema>): Responder => ({
  name: censor(user.name ?? user.summary ?? 'a person without a name'),
  email: user.email ?? null,
})

const distinct = (responders: Responder[]): Responder[] => [
  ...new Map(responders.map((each) => [each.email ?? each.name, each])).values(),
]

const ADVICE: Record<number, string> = {
  401: 'PagerDuty does not accept the token; set a valid PAGERDUTY_API_TOKEN',
  403: 'the PagerDuty token may not read this',
  404: 'PagerDuty does not know the ids in the config’s pager section',
  429: 'PagerDuty limits the rate',
}

async function readProblem(answer: Response): Promise<string> {
  await answer.body?.cancel()
  return `${ADVICE[answer.status] ?? 'PagerDuty failed'} (${answer.status})`
}

const ask = (url: string, init: RequestInit): Promise<Response> =>
  fetch(url, { ...init, signal: AbortSignal.timeout(DEADLINE_MS) })

function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `not within ${DEADLINE_MS / SECOND} s`
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error ? errorText(cause) : 'no connection'
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
