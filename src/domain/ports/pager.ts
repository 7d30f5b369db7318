import type { Instant } from '#domain/rotation/rotation'

/** How bad a page is, in PagerDuty's words. */
export type PageSeverity = 'critical' | 'error' | 'warning' | 'info'

/** What a pager is told. The key makes a repeat harmless: one key is one page while it is open. */
export type PageEvent =
  | { action: 'acknowledge' | 'resolve'; key: string }
  | {
      action: 'trigger'
      key: string
      /** At most 1,024 characters. */
      summary: string
      severity: PageSeverity
      /** What the page is about, such as the repository. */
      source: string
      component: string
      /** The cause, by its id. */
      cause: string
      links: { href: string; text: string }[]
      details: Record<string, string>
      at: Instant
    }

/** The port to whatever rings people. */
export interface Pager {
  /** Throws `Undeliverable` when it was not taken, or nobody can say whether it was. */
  send(event: PageEvent): Promise<void>
}

/** Somebody whom the pager calls. Known to Slack by the e-mail address, never by the name. */
export interface Responder {
  name: string
  email: string | null
}

export const PAGE_STATES = ['triggered', 'acknowledged', 'resolved'] as const
export type PageState = (typeof PAGE_STATES)[number]

/** A page as the pager shows it. */
export interface PageObservation {
  state: PageState
  /** Where a person reads it. */
  url: string
  /** Who said that they have it, when somebody did. */
  acknowledgedBy: Responder | null
}

/** The port that reads a pager. */
export interface PagerDirectory {
  /** Who is called first now; null when the config names neither policy nor schedule. Throws `NotReadable`. */
  onCall(): Promise<Responder[] | null>
  /** The newest page with a key, or null when the pager shows none (yet). Throws `NotReadable`. */
  findPage(key: string): Promise<PageObservation | null>
}

/** A system did not take what it was given; `message` is a sentence for a person. */
export class Undeliverable extends Error {
  /** When it wants to be asked again, in milliseconds, if it said so. */
  readonly retryAfterMs: number | null
  /** Whether trying again will not help before somebody has mended something. */
  readonly lasting: boolean

  constructor(message: string, rest: { retryAfterMs?: number; lasting?: boolean; cause?: unknown } = {}) {
    super(message, { cause: rest.cause })
    this.name = 'Undeliverable'
    this.retryAfterMs = rest.retryAfterMs ?? null
    this.lasting = rest.lasting ?? false
  }
}
