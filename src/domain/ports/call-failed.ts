/** A system that takes no calls for a time. */
export interface RateLimit {
  /** Its name, such as `GitHub`. */
  system: string
  /** From its answer on, in milliseconds. */
  ms: number
}

export interface CallFailure {
  cause?: unknown
  /** Set where the system limits calls; otherwise that of the cause. */
  limit?: RateLimit | null
  /** Whether it is certain that the system did nothing; otherwise as for the cause. */
  undone?: boolean
}

/** A call to another system did not succeed; `message` is a sentence for a person. */
export class CallFailed extends Error {
  readonly limit: RateLimit | null
  /** Whether it is certain that the system did nothing: it refused, it limits calls, or the call was never sent. */
  readonly undone: boolean

  constructor(message: string, { cause, limit, undone }: CallFailure = {}) {
    super(message, cause === undefined ? undefined : { cause })
    const earlier = cause instanceof CallFailed ? cause : null
    this.limit = limit ?? earlier?.limit ?? null
    this.undone = this.limit !== null || (undone ?? earlier?.undone ?? false)
  }
}

/** Codes of connections that were never made, so that nothing can have been sent. */
const NEVER_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']

/** Whether a failed `fetch` never reached the other system. */
export function wasNeverSent(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause)
    if ('code' in each && NEVER_SENT.includes(String(each.code))) return true
  return false
}
