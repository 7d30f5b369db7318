import { insertJobs } from '#db/queries/outbox-jobs'
import { raiseRotationNumber } from '#db/queries/rotations'
import { inTransaction } from '#db/transaction'
import { describeGap, type RecordGap } from '#domain/rotation/compare-records'
import { formatHead } from '#domain/rotation/rotation-log'
import { readComparison } from '#operations/readings/read-comparison'
import { channelMessageJob } from '#outbox/queue/slack-jobs'
import type { Context } from '#src/context'
import { databaseGapMessage } from '#views/database-gap'

/** Compares the database with the log in git and the bot's cards, until they agree. */
export async function compareWithLog(context: Context): Promise<void> {
  const { integrity, log } = context
  if (integrity.records.state === 'same') return
  const found = await readComparison(context)
  integrity.records = found
  if (found.state === 'unknown')
    log.warn({ problem: found.why }, 'the database could not be compared with the rotation log')
  if (found.state === 'behind') await report(context, found)
}

/** Says so once for each newest row, and keeps the numbers that the log has from being given again. */
async function report({ db, clock, outbox, log }: Context, gap: RecordGap): Promise<void> {
  const { sentence, advice } = describeGap(gap)
  log.error({ problem: sentence, advice }, 'the database does not know the newest rotations')
  const newest = gap.rows.at(-1)
  const cause = `database-gap:${newest ? formatHead(newest.head) : `R${gap.highest}`}`
  await inTransaction(db, async (tx) => {
    await raiseRotationNumber(tx, gap.highest)
    await insertJobs(tx, [channelMessageJob(cause, databaseGapMessage(gap))], clock.now())
  })
  outbox.wake()
}
