import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { RateLimit } from '#domain/ports/call-failed'
import { readRateLimit } from '#domain/ports/rate-limit'
import { errorText } from '#redaction/error-text'
import { VaultProblem } from './vault-problem.ts'

const SECOND = 1_000
const TIMEOUT_MS = 5 * SECOND
/** With the timeout, a call ends within a check's deadline. */
const ATTEMPTS = 4
const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 2 * SECOND

export interface VaultServer {
  address: string
  namespace: string | undefined
}

export interface VaultCall {
  method: 'GET' | 'POST'
  /** Below `/v1/`, not encoded. */
  path: string
  query?: Record<string, string>
  token?: string
  body?: object
}

const answerSchema = z.object({ data: z.unknown(), auth: z.unknown() }).partial()
const errorSchema = z.object({ errors: z.array(z.string()) })

export type VaultAnswer = z.output<typeof answerSchema>

/**
 * One request to Vault, retried a few times when throttled or unavailable: reads, logins and renewals may be
 * repeated.
 *
 * @throws VaultProblem
 */
export async function callVault(server: VaultServer, call: VaultCall): Promise<VaultAnswer> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await attemptCall(server, call)
    if (!('problem' in outcome)) return outcome.answer
    const wait = outcome.retryAfterMs ?? FIRST_WAIT_MS * 2 ** (attempt - 1)
    // A longer time that Vault names is not waited for here.
    const isOver = attempt === ATTEMPTS || wait > LONGEST_WAIT_MS
    if (isOver || !mayPass(outcome.problem.status)) throw outcome.problem
    await sleep(wait)
  }
}

const mayPass = (status: number | null): boolean =>
  status === null || status === 412 || status === 429 || (status >= 500 && status !== 501)

type Outcome = { answer: VaultAnswer } | { problem: VaultProblem; retryAfterMs: number | null }

async function attemptCall(server: VaultServer, call: VaultCall): Promise<Outcome> {
  try {
    const response = await fetch(urlOf(server, call), {
      method: call.method,
      headers: headersOf(server, call),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(call.body && { body: JSON.stringify(call.body) }),
    })
    const body = parse(await response.text())
    if (response.ok) {
      const answer = answerSchema.safeParse(body ?? {})
      if (answer.success) return { answer: answer.data }
      const problem = new VaultProblem(response.status, ['the answer is not Vault’s; check VAULT_ADDR'])
      return { problem, retryAfterMs: null }
    }
    const errors = errorSchema.safeParse(body).data?.errors ?? []
    const limit = response.status === 429 ? limitOf(response.headers) : null
    const problem = new VaultProblem(
      response.status,
      errors.map((line) => errorText(oneLine(line))),
      { limit },
    )
    return {
      problem,
      retryAfterMs: response.headers.has('retry-after') ? limitOf(response.headers).ms : null,
    }
  } catch (error) {
    return { problem: new VaultProblem(null, [networkReason(error)], { cause: error }), retryAfterMs: null }
  }
}

function urlOf({ address }: VaultServer, { path, query = {} }: VaultCall): string {
  const encoded = path.split('/').map(encodeURIComponent).join('/')
  const search = new URLSearchParams(query).toString()
  return `${address.replace(/\/+$/, '')}/v1/${encoded}${search && `?${search}`}`
}

const headersOf = ({ namespace }: VaultServer, { token, body }: VaultCall): Record<string, string> => ({
  // Vault agents and proxies may require it.
  'X-Vault-Request': 'true',
  ...(token !== undefined && { 'X-Vault-Token': token }),
  ...(namespace !== undefined && { 'X-Vault-Namespace': namespace }),
  ...(body && { 'Content-Type': 'application/json' }),
})

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return text
  }
}

/** Vault writes several errors as a list over several lines. */
const oneLine = (text: string): string =>
  text
    .replace(/^\d+ errors? occurred:/, '')
    .replaceAll(/\s*\n\s*(\* )?/g, ' ')
    .trim()

const limitOf = (headers: Headers): RateLimit =>
  readRateLimit('Vault', { retryAfter: headers.get('retry-after'), date: headers.get('date') }, Date.now())

function networkReason(error: unknown): string {
  if (!(error instanceof Error)) return errorText(error)
  if (error.name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / SECOND} s`
  const { cause } = error
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : errorText(cause)
  return errorText(error)
}
