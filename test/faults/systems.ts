import type { IncomingHttpHeaders } from 'node:http'

/** The systems that the bot calls, by the first part of their path in the sandbox. */
export const SYSTEMS = ['slack', 'github', 'aws', 'pagerduty', 'prometheus'] as const
export type System = (typeof SYSTEMS)[number] | 'other'

/** @param path such as `/slack/api/chat.update` */
export const systemOf = (path: string): System =>
  SYSTEMS.find((system) => path.startsWith(`/${system}/`) || path === `/${system}`) ?? 'other'

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: Buffer
}

const RETRY_SECONDS = 1

const json = (status: number, body: unknown, headers: IncomingHttpHeaders = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: Buffer.from(JSON.stringify(body)),
})

/** What a system answers instead of doing what it was asked for. */
export function instead(system: System, fault: 'limited' | 'server-error'): Answer {
  if (fault === 'server-error') {
    if (system === 'aws')
      return json(500, { __type: 'InternalServiceError', message: 'An internal error occurred.' })
    return json(502, { message: 'Bad gateway' })
  }
  const retry = { 'retry-after': String(RETRY_SECONDS) }
  if (system === 'slack') return json(429, { ok: false, error: 'ratelimited' }, retry)
  if (system === 'aws') return json(400, { __type: 'ThrottlingException', message: 'Rate exceeded' })
  if (system === 'github')
    return json(
      403,
      { message: 'You have exceeded a secondary rate limit. Please wait a few minutes.' },
      { ...retry, 'x-ratelimit-remaining': '1' },
    )
  return json(
    429,
    { status: 'throttle exceeded', message: 'Requests for this service are too frequent.' },
    retry,
  )
}
