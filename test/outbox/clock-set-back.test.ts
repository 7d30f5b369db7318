import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { insertJobs } from '#db/queries/outbox-jobs'
import { channelMessageJob } from '#outbox/queue/slack-jobs'
import { startBot } from '#startup/bot'
import { onPostgres } from '#test/support/databases'
import { eventually } from '#test/support/person'
import { QUICK_WAITS, quickTasks } from '#test/support/quick-tasks'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const MINUTE = 60_000
const TEXT = 'enqueued while the clock was ahead'

describe.skipIf(onPostgres)('a job that waits by the clock of the machine', () => {
  let workspace: Workspace
  beforeEach(async () => {
    workspace = await openWorkspace()
  })
  afterEach(() => {
    vi.useRealTimers()
    return workspace.close()
  })

  const enqueue = (waitMs: number) => {
    const { db, clock } = workspace.bot.context
    const job = channelMessageJob('a test', { text: TEXT, blocks: [], eventType: 'rotation_update' })
    return insertJobs(db, [{ ...job, waitMs }], clock.now())
  }
  const posted = async () => (await workspace.operator.messages()).filter((each) => each.text === TEXT).length
  const setClock = (minutes: number) =>
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + minutes * MINUTE })

  it('does not wait until a clock that was set back has caught up', async () => {
    setClock(4)
    // Until the worker has seen that time.
    await sleep(1_500)
    await enqueue(3_000)
    vi.useRealTimers()
    await eventually(async () => (await posted()) === 1, 'the message')
  }, 30_000)

  it('does not wait for it either when the bot was stopped meanwhile', async () => {
    const { bot, config } = workspace
    setClock(30)
    await enqueue(3_000)
    await bot.stop()
    vi.useRealTimers()
    const { clock, log } = bot.context
    const restarted = await startBot(config, clock, log, { tasks: quickTasks(), waits: QUICK_WAITS })
    try {
      await eventually(async () => (await posted()) === 1, 'the message')
    } finally {
      await restarted.stop()
    }
  }, 30_000)

  it('waits as long as it has to when nobody sets the clock', async () => {
    await enqueue(4 * MINUTE)
    await sleep(2_500)
    expect(await posted()).toBe(0)
  }, 30_000)
})
