import type { NewDatabaseEvent, RotationEvent } from '#domain/rotation/events'
import { FOLLOWED_TABLES, type FollowedTable, type RowsRecorded } from '#domain/rotation/followed-rows'
import { RECORDED, type RecordedTable } from '#domain/rotation/record-digests'
import type { CheckState, Instant } from '#domain/rotation/rotation'

/** What a table should hold of a rotation, and the event that said so last. */
export interface Recorded {
  digest: string
  event: Pick<RotationEvent, 'count' | 'type' | 'at'>
}

/** A result of a check, as an event recorded it. */
export interface RecordedResult {
  check: string
  title: string
  state: CheckState
  sentence: string
  /** Of the whole result; undefined where older events do not say. */
  digest?: string | undefined
}

export interface ReplayedEscalation {
  reason: string
  acknowledgedBy: string | null
  resolvedReason: string | null
}

/** What the history says of a rotation. */
export interface Replayed {
  opened: boolean
  record: Partial<Record<RecordedTable, Recorded>>
  signOffs: string[]
  results: RecordedResult[]
  /** Reasons of the calls that were opened. */
  escalated: string[]
}

/** What the history says of a table's rows. */
export interface ReplayedTable {
  /** Whether each of its changes is recorded: not before the bot was started with a version that does so. */
  isFollowed: boolean
  /** By key; without a digest where it was removed. */
  rows: Map<string, { digest: string | null; event: number }>
}

/** What the history says of all rotations. Grows with rotations, results and rows, not with what they hold. */
export interface Replay {
  rotations: Map<number, Replayed>
  /** By secret and version: proven revoked, or recorded by a person. */
  revoked: Map<string, { state: 'proven' | 'recorded'; event: number }>
  acknowledged: Map<number, string>
  resolved: Map<number, string>
  tables: Record<FollowedTable, ReplayedTable>
}

export const emptyReplay = (): Replay => ({
  rotations: new Map(),
  revoked: new Map(),
  acknowledged: new Map(),
  resolved: new Map(),
  tables: Object.fromEntries(
    FOLLOWED_TABLES.map((table) => [table, { isFollowed: false, rows: new Map() }]),
  ) as Replay['tables'],
})

export const signOffWords = (role: string, decision: string, by: string, at: Instant): string =>
  `${role} ${decision} by ${by} at ${at}`

export const versionKey = ({ secret, versionId }: { secret: string; versionId: string }): string =>
  `${secret} ${versionId}`

/** Goes on with the next event. */
export function replayEvent(
  replay: Replay,
  event: RotationEvent | (NewDatabaseEvent & { count: number }),
): void {
  if (event.rotationId === null) {
    replayTables(replay, event)
    return
  }
  const own = replay.rotations.get(event.rotationId) ?? newReplayed()
  replay.rotations.set(event.rotationId, own)
  const { count, type, at, actor } = event
  for (const table of RECORDED) {
    const digest = event.record?.[table]
    if (digest) own.record[table] = { digest, event: { count, type, at } }
  }
  switch (event.type) {
    case 'rotation-opened':
      own.opened = true
      break
    case 'signed-off':
      own.signOffs.push(signOffWords(event.data.role, 'approved', actor, at))
      break
    case 'rejected':
    case 'withdrawn':
      own.signOffs.push(signOffWords(event.data.role, event.type, actor, at))
      break
    case 'checks-run':
      own.results.push(...event.data.results)
      break
    case 'revocation-proven':
    case 'revocation-recorded':
      for (const version of event.data.versions)
        replay.revoked.set(versionKey(version), {
          state: event.type === 'revocation-proven' ? 'proven' : 'recorded',
          event: count,
        })
      break
    case 'escalated':
      own.escalated.push(event.data.reason)
      break
    case 'escalation-acknowledged':
      replay.acknowledged.set(event.data.escalation, event.data.by)
      break
    case 'escalation-resolved':
      replay.resolved.set(event.data.escalation, event.data.reason)
      break
    default:
  }
}

function replayTables({ tables }: Replay, event: NewDatabaseEvent & { count: number }): void {
  if (event.type === 'rows-recorded') replayRows(tables, event.data, event.count)
  else if (event.type === 'tables-followed')
    for (const table of event.data.tables) tables[table].isFollowed = true
}

function replayRows(tables: Replay['tables'], { table, rows }: RowsRecorded, event: number): void {
  for (const { key, digest } of rows) tables[table].rows.set(key, { digest, event })
}

const newReplayed = (): Replayed => ({
  opened: false,
  record: {},
  signOffs: [],
  results: [],
  escalated: [],
})
