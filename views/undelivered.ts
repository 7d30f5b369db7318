import type { Undelivered } from './state.ts'
import { escapeUntrusted } from './text.ts'
import { when } from './times.ts'

/** Why a job is not delivered yet, and when it is tried again where another system said so. @param limit in characters */
export const whyUndelivered = ({ reason, until }: Undelivered, limit?: number): string =>
  `${escapeUntrusted(reason, limit)}${until ? ` until ${when(until)}` : ''}`
