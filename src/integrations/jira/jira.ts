import { z } from 'zod'
import { CallFailed, type RateLimit } from '#domain/ports/call-failed'
import { readRateLimit } from '#domain/ports/rate-limit'
import { NotReadable } from '#domain/tokens/secret'
import { errorText } from '#redaction/error-text'

/** Jira Cloud, with an account's e-mail and API token. */
export interface JiraAccess {
  /** Such as `https://example.atlassian.net`, without a trailing slash. */
  baseUrl: string
  email: string
  token: string
}

const TIMEOUT_MS = 10_000

const ADVICE: Record<number, string> = {
  400: 'Jira refuses the request',
  401: 'Jira does not accept the account; set a valid JIRA_EMAIL and JIRA_API_TOKEN',
  403: 'the account may not do this; it needs “Browse projects” and “Add comments”',
  404: 'not found, or the account may not see it',
  413: 'the text is too long for Jira',
  429: 'Jira limits the rate; the bot will retry',
}

class JiraError extends CallFailed {
  readonly status: number

  constructor(status: number, message: string, limit: RateLimit | null) {
    super(message, { limit, undone: status < 500 })
    this.status = status
  }
}

/** 0 without an answer. */
export const jiraStatus = (error: unknown): number => (error instanceof JiraError ? error.status : 0)

/** Calls Jira's REST API v3. Never retries: without an answer the call may have succeeded. */
export async function callJira(
  { baseUrl, email, token }: JiraAccess,
  path: string,
  body?: object,
): Promise<unknown> {
  const answer = await fetch(`${baseUrl}/rest/api/3${path}`, {
    method: body ? 'POST' : 'GET',
    headers: {
      accept: 'application/json',
      authorization: `Basic ${Buffer.from(`${email}:${token}`).toString('base64')}`,
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
    // A redirect leads to a login page, not to JSON.
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  const text = await answer.text()
  if (!answer.ok) throw new JiraError(answer.status, messageIn(text), limitOf(answer))
  return JSON.parse(text) as unknown
}

/** Jira names the time in `Retry-After`, also with a 503. */
function limitOf({ status, headers }: Response): RateLimit | null {
  const retryAfter = headers.get('retry-after')
  if (status !== 429 && (status !== 503 || retryAfter === null)) return null
  return readRateLimit('Jira', { retryAfter, date: headers.get('date') }, Date.now())
}

function messageIn(text: string): string {
  try {
    const { errorMessages = [], errors = {} } = JSON.parse(text) as {
      errorMessages?: string[]
      errors?: Record<string, string>
    }
    return [...errorMessages, ...Object.values(errors)].join(' ')
  } catch {
    return ''
  }
}

/** Calls Jira. @throws NotReadable with a sentence that begins with `what` */
export async function fromJira<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof NotReadable) throw error
    throw new NotReadable(`${what}: ${why(error)}`, { cause: error })
  }
}

function why(error: unknown): string {
  if (error instanceof JiraError) {
    const advice = ADVICE[error.status] ?? 'Jira could not answer'
    return `${advice} (${error.status}${error.message ? `: ${errorText(error)}` : ''})`
  }
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return `Jira did not answer within ${TIMEOUT_MS / 1_000} s`
  if (error instanceof SyntaxError || error instanceof z.ZodError)
    return 'the answer is not from Jira; check JIRA_BASE_URL'
  return `Jira cannot be reached (${errorText(error)}); check JIRA_BASE_URL`
}
