/** States of PostgreSQL in which a later try may succeed, and nothing was written by this one. */
const PASSING_STATES: Record<string, string> = {
  '25006': 'it only lets read, as while another server takes over',
  '25P03': 'a transaction was open for too long',
  '53300': 'it has too many connections',
  '55P03': 'another replica holds the lock for writing',
  '57014': 'a statement took too long',
  '57P01': 'it is being stopped',
  '57P02': 'it crashed',
  '57P03': 'it is starting, or stopping',
}

const NETWORK = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
])

/** The words of the client and of Kysely, which give these errors no code. */
const LOST =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error|Client was closed|Postgres connection has been discarded)/

/** The code of an error: PostgreSQL's state, or that of the network; empty without one. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : ''

/** Whether the server could not be reached, or the connection was lost. */
export const isUnreachable = (error: unknown): boolean =>
  NETWORK.has(codeOf(error)) ||
  codeOf(error).startsWith('08') ||
  (error instanceof Error && LOST.test(error.message))

/** Whether a later try may succeed. */
export const isPassing = (error: unknown): boolean => isUnreachable(error) || codeOf(error) in PASSING_STATES

/** Why, part of a sentence. */
export function wordPassing(error: unknown): string {
  const code = codeOf(error)
  if (code in PASSING_STATES) return `${PASSING_STATES[code]} (${code})`
  return `it cannot be reached (${code || (error instanceof Error ? error.message : String(error))})`
}
