import { afterEach, beforeEach, expect, it } from 'vitest'
import { timeOf } from '#db/dialect'
import { releaseLeases } from '#db/queries/job-leases'
import { claimJobs, insertJobs } from '#db/queries/outbox-jobs'
import { postOnce } from '#outbox/post-once'
import { channelMessageJob } from '#outbox/queue/slack-jobs'
import { onPostgres } from '#test/support/databases'
import { openWorkspace, type Workspace } from '#test/support/workspace'

let workspace: Workspace
beforeEach(async () => {
  workspace = await openWorkspace()
}, 60_000)
afterEach(() => workspace.close())

const TEXT = 'posted by whoever holds the job'
const posted = async () => (await workspace.operator.messages()).filter((each) => each.text === TEXT).length

it.runIf(onPostgres)(
  'posts nothing for a bot that was taken for dead meanwhile',
  async () => {
    const { context } = workspace.bot
    const { db, channelId: channel } = context
    const payload = { text: TEXT, blocks: [], eventType: 'rotation_update' }
    const job = { ...channelMessageJob('a test', payload), waitMs: 60_000 }
    await insertJobs(db, [job], context.clock.now())
    const claim = async (holder: string) => {
      const lease = { until: timeOf(db, 120_000), holder }
      const [claimed] = await claimJobs(db, timeOf(db, 90_000), lease, { limit: 1, running: [] })
      if (!claimed) throw new Error('no job')
      return claimed
    }
    const post = (claimed: Awaited<ReturnType<typeof claim>>) =>
      postOnce(context, claimed, { channel, threadTs: null }, () => ({ ...payload, blocks: [] }))

    const first = await claim('first')
    await releaseLeases(db, ['first'], timeOf(db, 60_000))
    await expect(post(first)).rejects.toThrow('another bot')
    await post(await claim('second'))
    await expect(post(first)).rejects.toThrow('another bot')
    expect(await posted()).toBe(1)
  },
  60_000,
)
