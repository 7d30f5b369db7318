import { z } from 'zod'
import { limitWords, readRateLimit } from '#domain/ports/rate-limit'
import type { Measurement, Sample, Telemetry } from '#domain/ports/systems'
import { NotReadable } from '#domain/tokens/secret'
import { censorValues } from '#redaction/censor'
import { errorText } from '#redaction/error-text'

const TIMEOUT_MS = 10_000
/** Thousands of series with their labels; a larger answer is not read. */
const MAX_ANSWER_BYTES = 5_000_000
/** Statuses after which client libraries repeat the query with GET. */
const NO_POST = [405, 501]

/** The answers of Prometheus' HTTP API. Native histograms are not values and are rejected. */
const valueSchema = z.tuple([z.number(), z.string()])
const vectorSchema = z.array(z.object({ metric: z.record(z.string(), z.string()), value: valueSchema }))
const answerSchema = z.union([
  z.object({
    status: z.literal('success'),
    data: z.object({ resultType: z.string(), result: z.unknown() }),
    warnings: z.array(z.string()).optional(),
    // VictoriaMetrics, when part of its storage did not answer.
    isPartial: z.boolean().optional(),
  }),
  z.object({ status: z.literal('error'), errorType: z.string(), error: z.string() }),
])
type Answer = z.output<typeof answerSchema>
type Result = Extract<Answer, { status: 'success' }>['data']

/**
 * Prometheus as the telemetry.
 *
 * @param address `PROMETHEUS_URL`; its path is kept. Its user and password become a header, because `fetch`
 *   refuses them and links must not contain them
 */
export function prometheus(address: string): Telemetry {
  const { base, headers } = connection(address)
  return {
    async query(promql, at) {
      const form = new URLSearchParams({ query: promql, time: at })
      const answer = await ask(`${base}/api/v1/query`, form, headers)
      return measurement(answer)
    },
    graphUrl(promql, at) {
      const time = `${at.slice(0, 10)} ${at.slice(11, 19)}`
      return `${base}/graph?${new URLSearchParams({ 'g0.expr': promql, 'g0.tab': '1', 'g0.moment_input': time })}`
    },
  }
}

function connection(address: string): { base: string; headers: Record<string, string> } {
  const url = new URL(address)
  const base = `${url.origin}${url.pathname.replace(/\/+$/, '')}`
  if (url.username === '' && url.password === '') return { base, headers: {} }
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
  return { base, headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` } }
}

async function ask(url: string, form: URLSearchParams, headers: Record<string, string>): Promise<Answer> {
  const posted = await call(url, { method: 'POST', body: form, headers })
  const response = NO_POST.includes(posted.status) ? await call(`${url}?${form}`, { headers }) : posted
  const parsed = answerSchema.safeParse(parseJson(response.text))
  if (parsed.success) return parsed.data
  throw new NotReadable(`Prometheus: ${statusWords(response.status, url)}`)
}

async function call(url: string, init: RequestInit): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) })
    if (response.status === 429) throw await limited(response)
    return { status: response.status, text: await readText(response) }
  } catch (error) {
    if (error instanceof NotReadable) throw error
    throw new NotReadable(`Prometheus: ${failureWords(error)}; check PROMETHEUS_URL`, {
      cause: error,
    })
  }
}

async function limited({ headers, body }: Response): Promise<NotReadable> {
  await body?.cancel()
  const named = { retryAfter: headers.get('retry-after'), date: headers.get('date') }
  const limit = readRateLimit('Prometheus', named, Date.now())
  return new NotReadable(`${limitWords(limit, Date.now())} (429)`, { limit })
}

async function readText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength
    if (bytes > MAX_ANSWER_BYTES)
      throw new NotReadable(
        `Prometheus: the answer is larger than ${MAX_ANSWER_BYTES / 1_000_000} MB; aggregate the query with sum by (agent, version) (…)`,
      )
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function failureWords(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer'
  if (error.name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / 1000} s`
  // undici's own message is only “fetch failed”.
  const { cause } = error
  const code = cause instanceof Error && 'code' in cause ? ` (${cause.code})` : ''
  return `no connection${code}`
}

const STATUS_WORDS: Record<number, string> = {
  401: 'does not accept the user and password in PROMETHEUS_URL',
  403: 'refuses the query; check the user and password in PROMETHEUS_URL',
}

const statusWords = (status: number, url: string): string => {
  if (status === 200 || status === 404)
    return `there is no HTTP API at ${url}; set PROMETHEUS_URL to its base URL`
  return `${STATUS_WORDS[status] ?? 'gave an unreadable answer'} (${status})`
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function measurement(answer: Answer): Measurement {
  if (answer.status === 'error')
    throw new NotReadable(`Prometheus answered ${answer.errorType}: ${errorText(answer.error)}`)
  const warnings = [...(answer.warnings ?? []), ...(answer.isPartial ? ['isPartial: true'] : [])]
  return { samples: samplesOf(answer.data), warnings }
}

/** Readers by result type; other types have no single value. */
const READERS: Record<string, (result: unknown) => Sample[] | undefined> = {
  scalar(result) {
    const scalar = valueSchema.safeParse(result).data
    return scalar && [{ labels: {}, value: numberOf(scalar[1]) }]
  },
  vector: (result) =>
    vectorSchema.safeParse(result).data?.map(({ metric, value: [, text] }) => ({
      labels: censorValues(metric),
      value: numberOf(text),
    })),
}

function samplesOf({ resultType, result }: Result): Sample[] {
  const samples = READERS[resultType]?.(result)
  if (!samples)
    throw new NotReadable(
      `Prometheus answered with a ${resultType} that has no single value; correct the query in telemetry.queries`,
    )
  return samples
}

const INFINITE: Record<string, number> = {
  '+Inf': Number.POSITIVE_INFINITY,
  '-Inf': Number.NEGATIVE_INFINITY,
}

const numberOf = (text: string): number => INFINITE[text] ?? Number(text)
