import { errorText } from '#redaction/error-text'

/** The innermost words of an error, never empty: libraries wrap a refused connection several times. */
export function wordsOf(error: unknown): string {
  const seen = new Set<unknown>()
  let words = ''
  let next: unknown = error
  while (next instanceof Error && !seen.has(next)) {
    seen.add(next)
    const { code } = next as { code?: unknown }
    const own = next.message || (typeof code === 'string' ? code : '')
    if (own) words = own
    next = innerOf(next)
  }
  return errorText(
    words || (typeof error === 'string' && error) || 'the connection was closed without a reason',
  )
}

function innerOf(error: Error): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors[0]
  const { original } = error as { original?: unknown }
  return error.cause ?? original
}
