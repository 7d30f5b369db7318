import { insertEvents } from '#db/queries/events'
import { insertJobs } from '#db/queries/outbox-jobs'
import { raiseRotationNumber } from '#db/queries/rotations'
import type { Db } from '#db/schema'
import { inTransaction } from '#db/transaction'
import type { RecordGap } from '#domain/rotation/compare-records'
import type { DeclaredGap } from '#domain/rotation/declared-gap'
import { BOT_ACTOR } from '#domain/rotation/events'
import type { Instant } from '#domain/rotation/rotation'
import { formatHead, restoredEntry } from '#domain/rotation/rotation-log'
import { logEntryJob } from '#outbox/queue/github-jobs'
import { headOf } from './change.ts'

/** Declares that the newest copy of the database is lost: an event, and a row of the log. Later checks accept the gap. */
export async function declareRestored(
  db: Db,
  gap: RecordGap,
  { reason, by, at }: { reason: string; by: string; at: Instant },
): Promise<DeclaredGap> {
  const newest = gap.rows.at(-1)
  const declared: DeclaredGap = {
    reason,
    throughHead: newest ? formatHead(newest.head) : null,
    throughRotation: gap.highest,
    rows: gap.rows.length,
    cards: gap.cards,
  }
  await inTransaction(db, async (tx) => {
    await raiseRotationNumber(tx, gap.highest)
    const data = { ...declared, declaredBy: by }
    const events = await insertEvents(tx, [
      { type: 'database-restored', rotationId: null, actor: BOT_ACTOR, at, data },
    ])
    await insertJobs(tx, [logEntryJob(null, restoredEntry(declared, by, at, headOf(events)))], at)
  })
  return declared
}
