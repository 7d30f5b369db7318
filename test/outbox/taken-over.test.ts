import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { timeOf } from '#db/dialect'
import { releaseLeases } from '#db/queries/job-leases'
import { findMessage } from '#db/queries/messages'
import { type ClaimedJob, claimJobs, insertJobs } from '#db/queries/outbox-jobs'
import type { NewJob } from '#domain/ports/outbox-job'
import type { JobOf } from '#outbox/handler'
import { HANDLERS } from '#outbox/index'
import { postOnce } from '#outbox/post-once'
import { channelMessageJob, inventoryExportJob, signOffRecordJob } from '#outbox/queue/slack-jobs'
import { ticketCommentJob } from '#outbox/queue/ticket-jobs'
import { onPostgres } from '#test/support/databases'
import { eventually } from '#test/support/person'
import { start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const TEXT = 'posted by whoever holds the job'
const TAKEN_OVER = 'another bot has taken this job over'

describe.runIf(onPostgres)('a bot that was taken for dead meanwhile', () => {
  let workspace: Workspace
  beforeEach(async () => {
    workspace = await openWorkspace()
  }, 60_000)
  afterEach(() => workspace.close())

  /** The only job that is due at the time of the claim, because it waits as long as no other does. */
  async function claim(holder: string): Promise<ClaimedJob> {
    const { db } = workspace.bot.context
    const lease = { until: timeOf(db, 120_000), holder }
    const [claimed] = await claimJobs(db, timeOf(db, 90_000), lease, { limit: 1, running: [] })
    if (!claimed) throw new Error('no job')
    return claimed
  }

  const insert = (job: NewJob) => {
    const { db, clock } = workspace.bot.context
    return insertJobs(db, [{ ...job, waitMs: 60_000 }], clock.now())
  }

  /** As when another bot sees that the process has ended. */
  const takeAway = (holder: string) => {
    const { db } = workspace.bot.context
    return releaseLeases(db, [holder], timeOf(db, 60_000))
  }

  it('posts no message', async () => {
    const { context } = workspace.bot
    const payload = { text: TEXT, blocks: [], eventType: 'rotation_update' }
    const place = { channel: context.channelId, threadTs: null }
    const post = (claimed: ClaimedJob) =>
      postOnce(context, claimed, place, () => ({ ...payload, blocks: [] }))
    await insert(channelMessageJob('a test', payload))

    const first = await claim('first')
    await takeAway('first')
    await expect(post(first)).rejects.toThrow(TAKEN_OVER)
    await post(await claim('second'))
    await expect(post(first)).rejects.toThrow(TAKEN_OVER)
    const posted = (await workspace.operator.messages()).filter((each) => each.text === TEXT)
    expect(posted).toHaveLength(1)
  }, 60_000)

  it.each([
    inventoryExportJob(1, 'digest', { filename: 'tokens.csv', csv: 'secret\n', tokens: 1 }),
    signOffRecordJob(1, { digest: '0'.repeat(64), json: '{}', html: '<p></p>' }),
    ticketCommentJob(1, { count: 1, hash: '0'.repeat(64) }, { event: 'completed', document: [] }),
  ])(
    'sends no $kind',
    async (job) => {
      const { context } = workspace.bot
      await start(workspace.operator, { scope: ['environment:sandbox'] })
      await eventually(() => findMessage(context.db, 1, 'card'), 'the card')
      await insert(job)
      const row = await context.db
        .selectFrom('outboxJobs')
        .select(['id', 'key', 'createdAt'])
        .where('key', '=', job.key)
        .executeTakeFirstOrThrow()
      // What the first attempt was given, before its lease was released.
      const claimed = { ...job, ...row, holder: 'first', attempts: 1, problem: null, sentAt: null }
      const handle = HANDLERS[job.kind as 'sign-off-record']
      await expect(handle(claimed as JobOf<'sign-off-record'>, context)).rejects.toThrow(TAKEN_OVER)
    },
    60_000,
  )
})
