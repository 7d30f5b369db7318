/** What a person declared as lost when a database was restored. */
export interface DeclaredGap {
  reason: string
  /** `<count>:<hash>` of the newest row of the log that this database does not know; null where only cards showed it. */
  throughHead: string | null
  /** The highest number that the log or a card had. */
  throughRotation: number
  /** How many rows of the log, and cards, it covers. */
  rows: number
  cards: number
}
