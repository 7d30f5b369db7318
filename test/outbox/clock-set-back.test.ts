import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DatabaseBusy, withBusyLimit } from '#db/busy'
import { openDatabase } from '#db/open-database'
import { claimJobs, insertJobs } from '#db/queries/outbox-jobs'
import type { Db } from '#db/schema'
import { watchClockSteps } from '#outbox/clock-steps'
import { channelMessageJob } from '#outbox/queue/slack-jobs'
import { type Bot, startBot } from '#startup/bot'
import { lockDatabase } from '#test/support/database-lock'
import { onPostgres } from '#test/support/databases'
import { eventually } from '#test/support/person'
import { QUICK_WAITS, quickTasks } from '#test/support/quick-tasks'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const TEXT = 'enqueued while the clock was ahead'

let workspace: Workspace
let restarted: Bot | undefined
const enqueue = (waitMs: number) => {
  const { db, clock } = workspace.bot.context
  const job = channelMessageJob('a test', { text: TEXT, blocks: [], eventType: 'rotation_update' })
  return insertJobs(db, [{ ...job, waitMs }], clock.now())
}
const posted = async () => (await workspace.operator.messages()).filter((each) => each.text === TEXT).length
const restart = async () => {
  const { bot, config } = workspace
  const { clock, log } = bot.context
  await bot.stop()
  restarted = await startBot(config, clock, log, { tasks: quickTasks(), waits: QUICK_WAITS })
}
const openForEach = () => {
  beforeEach(async () => {
    workspace = await openWorkspace()
  })
  afterEach(async () => {
    vi.useRealTimers()
    await restarted?.stop()
    restarted = undefined
    await workspace.close()
  })
}

describe('a job of a database whose clock was set back while no bot ran', () => {
  openForEach()

  it('does not wait until it has caught up', async () => {
    await enqueue(HOUR)
    await restart()
    await eventually(async () => (await posted()) === 1, 'the message')
  }, 30_000)
})

describe.skipIf(onPostgres)('a job that waits by the clock of the machine', () => {
  openForEach()

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
    setClock(30)
    await enqueue(3_000)
    vi.useRealTimers()
    await restart()
    await eventually(async () => (await posted()) === 1, 'the message')
  }, 30_000)

  it('waits as long as it has to when nobody sets the clock', async () => {
    await enqueue(4 * MINUTE)
    await sleep(2_500)
    expect(await posted()).toBe(0)
  }, 30_000)
})

describe.skipIf(onPostgres)('a clock that is set back by a minute', () => {
  let folder: string
  let db: Db
  const file = () => join(folder, 'rotation.db')
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rotation-clock-'))
    db = await openDatabase(file())
  })
  afterEach(async () => {
    vi.useRealTimers()
    await db.destroy()
    rmSync(folder, { recursive: true, force: true })
  })

  const jobs = () => db.selectFrom('outboxJobs').select(['nextAt', 'leaseUntil']).execute()
  const insert = () =>
    insertJobs(
      db,
      [
        {
          ...channelMessageJob('a test', { text: TEXT, blocks: [], eventType: 'rotation_update' }),
          waitMs: 10 * MINUTE,
        },
      ],
      new Date().toISOString(),
    )

  it('moves a job once, though the database is locked for several looks', async () => {
    await insert()
    const [before] = await jobs()
    const steps = watchClockSteps({ pauseMs: HOUR, leaseMs: 14_000 })
    const lock = await lockDatabase(file())
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - MINUTE })
    const looks = [steps.look(db), steps.look(db)]
    await sleep(200)
    vi.useRealTimers()
    await lock.release()
    expect(await Promise.all(looks)).toEqual([true, false])
    const [after] = await jobs()
    const moved = (before?.nextAt ?? 0) - (after?.nextAt ?? 0)
    expect(Math.abs(moved - MINUTE)).toBeLessThan(10_000)
  })

  it('is made up for at the next look when the database could not be written', async () => {
    await insert()
    const [before] = await jobs()
    const steps = watchClockSteps({ pauseMs: HOUR, leaseMs: 14_000 })
    const lock = await lockDatabase(file())
    const set = Date.now() - MINUTE
    vi.useFakeTimers({ toFake: ['Date'], now: set })
    await expect(withBusyLimit({ ms: 0, until: null }, () => steps.look(db))).rejects.toThrow(DatabaseBusy)
    await lock.release()
    expect(await steps.look(db)).toBe(true)
    const [after] = await jobs()
    expect(Math.abs((before?.nextAt ?? 0) - (after?.nextAt ?? 0) - MINUTE)).toBeLessThan(10_000)
  })

  it('leaves no lease of a bot that was killed longer than leases are', async () => {
    await insert()
    const lease = { until: Date.now() + HOUR, holder: 'another-host:1:killed' }
    await claimJobs(db, Date.now() + HOUR, lease, { limit: 1, running: [] })
    await watchClockSteps({ pauseMs: MINUTE, leaseMs: 14_000 }).limit(db)
    const [job] = await jobs()
    expect(job?.leaseUntil).toBeLessThanOrEqual(Date.now() + 14_000)
    expect(job?.nextAt).toBeLessThanOrEqual(Date.now())
  })
})
