import type { Instant } from '#domain/rotation/rotation'
import { CallFailed, type CallFailure } from './call-failed.ts'

export type PageSeverity = 'critical' | 'error' | 'warning' | 'info'

/** An event for the pager. There is one page per key while it is open, so repeating is harmless. */
export type PageEvent =
  | { action: 'acknowledge' | 'resolve'; key: string }
  | {
      action: 'trigger'
      key: string
      summary: string
      severity: PageSeverity
      source: string
      component: string
      cause: string
      links: { href: string; text: string }[]
      details: Record<string, string>
      at: Instant
    }

/** The port to the paging system. */
export interface Pager {
  /** Throws `Undeliverable` when it was not accepted, or may not have been. */
  send(event: PageEvent): Promise<void>
}

/** A person on call. Matched to Slack by e-mail address, never by name. */
export interface Responder {
  name: string
  email: string | null
}

export const PAGE_STATES = ['triggered', 'acknowledged', 'resolved'] as const
export type PageState = (typeof PAGE_STATES)[number]

export interface PageObservation {
  state: PageState
  url: string
  acknowledgedBy: Responder | null
}

export interface PagerDirectory {
  /** First on call now; null when neither policy nor schedule is configured. Throws `NotReadable`. */
  onCall(): Promise<Responder[] | null>
  /** The newest page with a key; null when there is none (yet). Throws `NotReadable`. */
  findPage(key: string): Promise<PageObservation | null>
}

/** A system did not accept a request; `message` is a sentence for a person. */
export class Undeliverable extends CallFailed {
  /** Whether retrying is useless until a person has fixed something. */
  readonly permanent: boolean

  constructor(
    message: string,
    { permanent = false, ...failure }: CallFailure & { permanent?: boolean } = {},
  ) {
    super(message, failure)
    this.name = 'Undeliverable'
    this.permanent = permanent
  }
}
