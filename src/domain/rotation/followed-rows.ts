import { canonicalJson } from '#domain/canonical-json'
import { sha256 } from './evidence.ts'

/** Columns that say how far something is, and are written again and again: no part of what is followed. */
const PASSING: Record<FollowedTable, readonly string[]> = {
  shownSignOffs: [],
  delegations: [],
  messages: ['shown'],
  reminders: [],
  snoozes: [],
  settings: [],
  people: [],
  revocations: ['lastCheckedAt', 'problem', 'promiseSeenAt', 'stageNote'],
  escalations: ['pageState', 'pageUrl'],
}

const KEYS = {
  shownSignOffs: ['id'],
  delegations: ['id'],
  messages: ['rotationId', 'kind'],
  reminders: ['kind', 'subject', 'due'],
  snoozes: ['id'],
  settings: ['key'],
  people: ['userId'],
  revocations: ['id'],
  escalations: ['id'],
} as const

/** Tables whose rows have their digests in events, because no other event says what they hold. */
export type FollowedTable = keyof typeof KEYS
export const FOLLOWED_TABLES = Object.keys(KEYS) as FollowedTable[]

/** Settings that hold what was read last; they are written at each reading. */
export const READINGS = [
  'holders-read',
  'vacant-roles',
  'automation-problems',
  'registry',
  'tokens-read',
  'channel-outage',
  'pager-outage',
]

/** A row by its columns. */
export type StoredRow = Readonly<Record<string, unknown>>

/** A row as it is from here on; its digest is null when it was removed. */
export interface FollowedRow {
  key: string
  digest: string | null
}

export interface RowsRecorded {
  table: FollowedTable
  rows: FollowedRow[]
}

/** Whether the audit compares a row. */
export const isFollowed = (table: FollowedTable, row: StoredRow): boolean =>
  table !== 'settings' || !READINGS.includes(String(row.key))

/** What a row is found by in its table. */
export const rowKey = (table: FollowedTable, row: StoredRow): string =>
  KEYS[table].map((column) => String(row[column])).join(' ')

/** The digest of what a row holds. Empty columns are left out, so that a column that is added later changes nothing. */
export function rowDigest(table: FollowedTable, row: StoredRow): string {
  const kept = Object.entries(row).filter(
    ([column, value]) => value !== null && value !== undefined && !PASSING[table].includes(column),
  )
  // Read again and again while it is so: that it is, not when.
  const content = kept.map(([column, value]) => [column, column === 'seenAliveAt' ? true : value])
  return sha256(canonicalJson(Object.fromEntries(content)))
}
