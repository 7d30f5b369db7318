import { type FollowedTable, rowDigest, rowKey, type StoredRow } from '#domain/rotation/followed-rows'
import type { ReplayedTable } from './replay.ts'
import type { Tampering } from './tampering.ts'

/** Names as in the database. */
const TABLE_NAMES: Record<FollowedTable, string> = {
  shownSignOffs: 'shown_sign_offs',
  delegations: 'delegations',
  messages: 'messages',
  reminders: 'reminders',
  snoozes: 'snoozes',
  settings: 'settings',
  people: 'people',
  revocations: 'revocations',
  escalations: 'escalations',
}

/** What a row of the table means to the record. */
const MEANINGS: Record<FollowedTable, string> = {
  shownSignOffs: 'what was shown to whom before a signature',
  delegations: 'who may sign on behalf of whom',
  messages: 'where a message is in Slack',
  reminders: 'which reminder was sent',
  snoozes: 'which reminders are snoozed, by whom and why',
  settings: 'the database’s id, workspace, channel and keys',
  people: 'the name of a person',
  revocations: 'an old version, and what became of it',
  escalations: 'a call to on-call',
}

/** Compares the rows of a table with what the history says that they hold. */
export function compareRows(
  table: FollowedTable,
  stored: readonly StoredRow[],
  { isFollowed, rows: recorded }: ReplayedTable,
): Tampering[] {
  if (!isFollowed) return []
  const says = (key: string, sentence: string): Tampering => ({
    place: `${TABLE_NAMES[table]}, row ${key}`,
    sentence: `${sentence}. It says ${MEANINGS[table]}`,
  })
  const known = new Map(stored.map((row) => [rowKey(table, row), row]))
  const present = [...known].flatMap(([key, row]) => {
    const own = recorded.get(key)
    if (!own || own.digest === null) return [says(key, 'No event recorded it: it was inserted by hand')]
    if (own.digest === rowDigest(table, row)) return []
    return [says(key, `It is not what event ${own.event} recorded: it was changed or swapped`)]
  })
  const removed = [...recorded].flatMap(([key, { digest, event }]) =>
    digest === null || known.has(key) ? [] : [says(key, `Event ${event} recorded it, and it was removed`)],
  )
  return [...present, ...removed]
}
