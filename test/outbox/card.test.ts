import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { insertJobs } from '#db/queries/outbox-jobs'
import { cardEditJob } from '#outbox/queue/slack-jobs'
import { untilOutboxIsEmpty } from '#test/support/outbox'
import { start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

describe('the card', () => {
  let workspace: Workspace
  beforeEach(async () => {
    workspace = await openWorkspace()
    await start(workspace.operator, { scope: ['environment:sandbox'] })
    await untilOutboxIsEmpty(workspace)
  })
  afterEach(() => workspace.close())

  /** What another process drew, or what was true at an earlier attempt. */
  async function showOther(): Promise<void> {
    const { slack, channelId } = workspace.bot.context
    const { ts } = await workspace.operator.card('R1')
    await slack.chat.update({ channel: channelId, ts, text: 'something else', blocks: [] })
  }

  it('is edited where another process drew something else, although this one drew the same before', async () => {
    const { context } = workspace.bot
    await showOther()
    await context.db
      .updateTable('messages')
      .set({ shown: 'something else' })
      .where('kind', '=', 'card')
      .execute()
    const at = context.clock.now()
    await insertJobs(context.db, [cardEditJob(1, 'here', true)], at)
    context.outbox.wake()
    await untilOutboxIsEmpty(workspace)
    expect((await workspace.operator.card('R1')).text).toContain('R1 · Manual rotation')
  })

  it('is edited after it was posted by an attempt whose answer was lost, because that shows what was true then', async () => {
    const { context } = workspace.bot
    await showOther()
    await context.db.deleteFrom('messages').where('kind', '=', 'card').execute()
    await context.db
      .deleteFrom('outboxJobs')
      .where('kind', '=', 'card')
      .where('key', '!=', 'card:R1')
      .execute()
    const lost = { state: 'queued' as const, doneAt: null, isFirst: 1, nextAt: 0, resultJson: null }
    await context.db.updateTable('outboxJobs').set(lost).where('key', '=', 'card:R1').execute()
    context.outbox.wake()
    await untilOutboxIsEmpty(workspace)
    expect((await workspace.operator.card('R1')).text).toContain('R1 · Manual rotation')
  })
})
