/** What was tampered with: the place, and what it means, a sentence. */
export interface Tampering {
  /** Such as `sign_offs of R42`, `event 17` or `row 3 of the log`. */
  place: string
  sentence: string
}

/** What an audit found. */
export interface AuditVerdict {
  state: 'proven' | 'tampered' | 'unreadable'
  events: number
  rows: number
  tampering: Tampering[]
  /** What could not be compared, one sentence each. */
  unreadable: string[]
}
