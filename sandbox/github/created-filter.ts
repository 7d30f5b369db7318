import { validationFailed } from './github-error.ts'
import { wholeSeconds } from './request.ts'

const DAY = 86_400_000

/** First and last millisecond of an instant or a whole day. */
interface Span {
  from: number
  to: number
}

const COMPARE: Readonly<Record<string, (at: number, span: Span) => boolean>> = {
  '>=': (at, span) => at >= span.from,
  '>': (at, span) => at > span.to,
  '<=': (at, span) => at <= span.to,
  '<': (at, span) => at < span.from,
  '': (at, span) => at >= span.from && at <= span.to,
}

/**
 * Reads the `created` filter of runs: `>=2024-01-31`, `2024-01-01..2024-01-31`, `*` for an open end (GitHub
 * docs, "Understanding the search syntax"). Compares whole seconds, as GitHub shows them.
 *
 * @throws GithubError 422 for anything else
 */
export function createdFilter(text: string | undefined): (iso: string) => boolean {
  if (!text) return () => true
  const range = /^(.+)\.\.(.+)$/.exec(text)
  const from = range ? spanOf(range[1]!).from : 0
  const to = range ? spanOf(range[2]!).to : 0
  if (range) return (iso) => secondsOf(iso) >= from && secondsOf(iso) <= to
  const [, sign = '', date = ''] = /^(>=|<=|>|<)?(.+)$/.exec(text) ?? []
  const span = spanOf(date)
  return (iso) => COMPARE[sign]!(secondsOf(iso), span)
}

const secondsOf = (iso: string) => Date.parse(wholeSeconds(iso))

function spanOf(text: string): Span {
  if (text === '*') return { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }
  const from = Date.parse(text)
  if (Number.isNaN(from))
    throw validationFailed({ resource: 'WorkflowRun', field: 'created', code: 'invalid' })
  return { from, to: /^\d{4}-\d{2}-\d{2}$/.test(text) ? from + DAY - 1 : from }
}
