import type { JobKind } from '#domain/ports/outbox-job'
import { resultsToKeep } from '#domain/rotation/results-to-keep'
import type { Instant } from '#domain/rotation/rotation'
import type { Db, ReadDb } from '../schema.ts'

/**
 * Jobs whose results nobody reads once they are old. Log entries, requests to the secrets manager, notices, pages and reports
 * stay: checks, the card and the doctor read them.
 */
const FORGOTTEN: JobKind[] = [
  'card',
  'thread-message',
  'thread-line',
  'inventory-export',
  'home',
  'picture',
  'reminder',
  'reminder-edits',
  'reminder-to-owner',
  'channel-message',
  'direct-message',
]

/** Rotations that were closed before a time and still have everything, oldest first. Those with unresolved old versions wait. */
export async function findUnpruned(db: ReadDb, closedBefore: Instant, limit: number): Promise<number[]> {
  const rows = await db
    .selectFrom('rotations as r')
    .select('r.id')
    .where('r.prunedAt', 'is', null)
    .where('r.closedAt', '<', closedBefore)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('revocations as v')
            .select('v.id')
            .where('v.resolvedAt', 'is', null)
            .where((eb) =>
              eb.or([eb('v.rotationId', '=', eb.ref('r.id')), eb('v.takenOverBy', '=', eb.ref('r.id'))]),
            ),
        ),
      ),
    )
    .orderBy('r.closedAt')
    .limit(limit)
    .execute()
  return rows.map((row) => row.id)
}

/** Removes what the record of a closed rotation does not need: done jobs, and results of checks that nothing rests on. */
export async function pruneRotation(tx: Db, rotationId: number, at: Instant): Promise<void> {
  await tx
    .deleteFrom('outboxJobs')
    .where('rotationId', '=', rotationId)
    .where('kind', 'in', FORGOTTEN)
    .where('doneAt', 'is not', null)
    .execute()
  const results = await tx
    .selectFrom('checks')
    .select(['id', 'checkId', 'finishedAt'])
    .where('rotationId', '=', rotationId)
    .orderBy('id')
    .execute()
  const decided = await findDecisions(tx, rotationId)
  const kept = resultsToKeep(results, decided)
  const surplus = results.flatMap(({ id }) => (kept.has(id) ? [] : [id]))
  for (let from = 0; from < surplus.length; from += IDS_AT_ONCE)
    await tx
      .deleteFrom('checks')
      .where('id', 'in', surplus.slice(from, from + IDS_AT_ONCE))
      .execute()
  await tx.updateTable('rotations').set({ prunedAt: at }).where('id', '=', rotationId).execute()
}

const IDS_AT_ONCE = 1_000

/** When something was decided that rests on results: every event that is not the bot's own, and every sign-off. */
async function findDecisions(db: ReadDb, rotationId: number): Promise<Instant[]> {
  const events = await db
    .selectFrom('events')
    .select('at')
    .where('rotationId', '=', rotationId)
    .where('type', 'not in', ['checks-run', 'run-requested', 'run-started', 'run-finished'])
    .execute()
  const signOffs = await db.selectFrom('signOffs').select('at').where('rotationId', '=', rotationId).execute()
  return [...new Set([...events, ...signOffs].map((row) => row.at))]
}

/** Removes done jobs of no rotation. @returns how many */
export async function pruneUnboundJobs(db: Db, doneBefore: Instant, limit: number): Promise<number> {
  const deleted = await db
    .deleteFrom('outboxJobs')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('outboxJobs')
        .select('id')
        .where('rotationId', 'is', null)
        .where('doneAt', '<', doneBefore)
        .where('kind', 'in', FORGOTTEN)
        .orderBy('doneAt')
        .limit(limit),
    )
    .executeTakeFirst()
  return Number(deleted.numDeletedRows)
}
