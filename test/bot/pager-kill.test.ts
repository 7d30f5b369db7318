import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSandbox, type Sandbox } from '#sandbox/sandbox'
import type { Topic } from '#sandbox/world'
import { type BotProcess, startBotProcess } from '#test/support/bot-process'
import { alertIn, alertsOf, calls } from '#test/support/pager'
import { Person, wordsOf } from '#test/support/person'

/** A bot that is killed with SIGKILL the moment that the pager, or Slack, has taken something of it. */
describe('a call for on-call', () => {
  let sandbox: Sandbox
  let folder: string
  let bot: BotProcess
  let kills = 0
  let armed: Topic | null = null

  const startBot = async () => {
    bot = startBotProcess({
      ...sandbox.env,
      DATABASE_URL: `file:${join(folder, 'rotation.db')}`,
      LOG_LEVEL: 'warn',
    })
    await bot.ready
  }
  const killAtNext = async (topic: Topic, act: () => Promise<unknown>) => {
    armed = topic
    await act().catch(() => {})
    expect(await bot.ended).toBe('SIGKILL')
    await startBot()
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rotation-pager-'))
    sandbox = await createSandbox({ port: 0, file: ':memory:', ciStepMs: 20 })
    sandbox.world.onChange((topic) => {
      if (topic !== armed) return
      armed = null
      kills += 1
      bot.kill('SIGKILL')
    })
    await startBot()
  })
  afterAll(async () => {
    bot.kill('SIGKILL')
    await sandbox.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('is one page, one message and one end, however often the bot is killed', async () => {
    const operator = new Person(sandbox.url, 'U0OPERATOR')
    await operator.type('/rotation incident')
    const form = await operator.modal('incident')
    const answers = {
      trigger: 'policy-hit',
      severity: 'P1',
      scope: ['environment:staging'],
      reason: 'killed while paging',
    }
    await killAtNext('pager', () => operator.submit(form, answers))
    const alert = await alertIn(operator, 'triggered')
    await operator.card('R1', 'On-call notified')
    for (let time = 0; time < 3; time += 1) {
      armed = 'slack'
      const end = await Promise.race([bot.ended, sleep(2_000).then(() => null)])
      if (end === 'SIGKILL') await startBot()
    }
    armed = null
    await killAtNext('pager', async () => {
      const [call] = await calls(operator)
      if (call) await operator.click(call, 'acknowledge')
    })
    await alertIn(operator, 'acknowledged')
    await operator.type('/rotation abort R1')
    await killAtNext('pager', async () => {
      await operator.submit(await operator.modal('abort'), { reason: 'it was nothing' })
    })
    await alertIn(operator, 'resolved')
    await expect.poll(async () => wordsOf(await calls(operator)), { timeout: 15_000 }).toContain('✓ Resolved')
    expect(kills).toBeGreaterThanOrEqual(3)
    expect(await calls(operator)).toHaveLength(1)
    expect((await alertsOf(operator)).map((each) => each.dedupKey)).toEqual([alert.dedupKey])
  }, 180_000)
})
