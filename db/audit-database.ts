import { compareEscalations, compareRevocations, compareRotation } from '#domain/audit/compare-rotation'
import { compareRows } from '#domain/audit/compare-rows'
import { emptyReplay, type Replay, replayEvent } from '#domain/audit/replay'
import type { Tampering } from '#domain/audit/tampering'
import { extendChain, GENESIS } from '#domain/rotation/event-chain'
import type { RotationEvent } from '#domain/rotation/events'
import { FOLLOWED_TABLES, type FollowedTable } from '#domain/rotation/followed-rows'
import { resultDigest } from '#domain/rotation/record-digests'
import { findRows } from './followed-rows.ts'
import { toResult } from './queries/checks.ts'
import { findChainHead, findCheckpoint, findEventsAfter, findHashes } from './queries/events.ts'
import { findRotations } from './queries/rotations.ts'
import type { Db } from './schema.ts'

const PAGE = 500
const ROTATIONS_AT_ONCE = 100

/** What an audit of the database found, and the events that have a row in the log. */
export interface DatabaseAudit {
  events: number
  tampering: Tampering[]
  logged: RotationEvent[]
  /** Tables with rows that no event speaks of, from before they were followed. */
  unfollowed: FollowedTable[]
}

/** Replays the history from its first event, and compares every table that follows from it. @param isLogged chooses events to return */
export async function auditDatabase(
  db: Db,
  isLogged: (event: RotationEvent) => boolean,
): Promise<DatabaseAudit> {
  const replay = emptyReplay()
  const logged: RotationEvent[] = []
  const chain = await auditChain(db, (event) => {
    replayEvent(replay, event)
    if (isLogged(event)) logged.push(event)
  })
  const tables = [
    ...(await auditRotations(db, replay)),
    ...compareRevocations(
      await db.selectFrom('revocations').select(['rotationId', 'secret', 'versionId', 'state']).execute(),
      replay,
    ),
    ...compareEscalations(
      await db
        .selectFrom('escalations')
        .select(['id', 'rotationId', 'reason', 'acknowledgedBy', 'resolvedReason'])
        .orderBy('id')
        .execute(),
      replay,
    ),
    ...(await auditCounter(db, replay)),
  ]
  const unfollowed: FollowedTable[] = []
  for (const table of FOLLOWED_TABLES) {
    const rows = await findRows(db, table)
    tables.push(...compareRows(table, rows, replay.tables[table]))
    if (rows.length > 0 && !replay.tables[table].isFollowed) unfollowed.push(table)
  }
  return { events: chain.events, tampering: [...chain.tampering, ...tables], logged, unfollowed }
}

/** The chain from its first event to its end, whatever a checkpoint says; goes on behind what was altered. */
async function auditChain(
  db: Db,
  onEvent: (event: RotationEvent) => void,
): Promise<{ events: number; tampering: Tampering[] }> {
  const tampering: Tampering[] = []
  let head = GENESIS
  let events = 0
  for (;;) {
    const page = await findEventsAfter(db, head.count, { until: Number.MAX_SAFE_INTEGER, limit: PAGE })
    if (page.length === 0) break
    for (const event of page) {
      const { problem } = extendChain(head, [event])
      if (problem)
        tampering.push({ place: `event ${event.count} (${event.type})`, sentence: meaning(problem, event) })
      onEvent(event)
      events += 1
      head = { count: event.count, hash: event.hash }
    }
  }
  const end = await findChainHead(db)
  if (end.count !== head.count || end.hash !== head.hash)
    tampering.push({
      place: 'chain_head',
      sentence:
        end.count > head.count
          ? `The history ends at event ${head.count}, and ${end.count} were written: its end was cut off`
          : `It names event ${end.count}, and the history ends at event ${head.count} with another hash: events were added, or the table was changed`,
    })
  const checkpoint = await findCheckpoint(db)
  const own = (await findHashes(db, [checkpoint.count])).get(checkpoint.count)
  if (checkpoint.count > 0 && own !== checkpoint.hash)
    tampering.push({
      place: 'chain_checkpoints',
      sentence: `Event ${checkpoint.count} is not the one that was verified: the history was rewritten up to there, or the table was changed`,
    })
  return { events, tampering }
}

const meaning = (problem: string, { count, rotationId, type }: RotationEvent): string =>
  problem.endsWith('is missing')
    ? `The event before it is missing: ${problem}`
    : `Event ${count} (${type}${rotationId === null ? '' : ` of R${rotationId}`}) does not match its hash, or the event before it: it was changed, inserted or swapped`

async function auditRotations(db: Db, replay: Replay): Promise<Tampering[]> {
  const rows = await db.selectFrom('rotations').select(['id', 'prunedAt']).orderBy('id').execute()
  const tampering: Tampering[] = []
  for (let at = 0; at < rows.length; at += ROTATIONS_AT_ONCE) {
    const some = rows.slice(at, at + ROTATIONS_AT_ONCE)
    const ids = some.map(({ id }) => id)
    const pruned = new Set(some.filter(({ prunedAt }) => prunedAt !== null).map(({ id }) => id))
    const steps = await db
      .selectFrom('steps')
      .select(['rotationId', (eb) => eb.fn.countAll<number | string>().as('rows')])
      .where('rotationId', 'in', ids)
      .groupBy('rotationId')
      .execute()
    const taken = await db
      .selectFrom('tokens')
      .select(['rotationId', (eb) => eb.fn.countAll<number | string>().as('rows')])
      .where('rotationId', 'in', ids)
      .where('open', '=', 1)
      .groupBy('rotationId')
      .execute()
    const results = await db
      .selectFrom('checks')
      .selectAll()
      .where('rotationId', 'in', ids)
      .orderBy('id')
      .execute()
    const countIn = (counts: { rotationId: number; rows: number | string }[], id: number) =>
      Number(counts.find((row) => row.rotationId === id)?.rows ?? 0)
    for (const rotation of await findRotations(db, ids))
      tampering.push(
        ...compareRotation(
          rotation,
          {
            steps: countIn(steps, rotation.id),
            takenTokens: countIn(taken, rotation.id),
            pruned: pruned.has(rotation.id),
            results: results
              .filter((row) => row.rotationId === rotation.id)
              .map(toResult)
              .map((result) => ({ ...result, digest: resultDigest(result) })),
          },
          replay.rotations.get(rotation.id),
        ),
      )
  }
  const known = new Set(rows.map(({ id }) => id))
  for (const [id, { opened }] of replay.rotations)
    if (opened && !known.has(id))
      tampering.push({
        place: `rotations, R${id}`,
        sentence: `R${id} is in the history, not in the table: it was removed`,
      })
  return tampering
}

/** The next rotation gets the number that follows the counter: a lower one would be given twice. */
async function auditCounter(db: Db, { rotations }: Replay): Promise<Tampering[]> {
  const { value } = (await db
    .selectFrom('counters')
    .select('value')
    .where('name', '=', 'rotation')
    .executeTakeFirst()) ?? { value: -1 }
  const newest = Math.max(0, ...[...rotations].flatMap(([id, { opened }]) => (opened ? [id] : [])))
  return value >= newest
    ? []
    : [
        {
          place: 'counters',
          sentence: `The counter of rotations is ${value < 0 ? 'not there' : `at ${value}`}, and R${newest} was opened: it was changed or removed`,
        },
      ]
}
