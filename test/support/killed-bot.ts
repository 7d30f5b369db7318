import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { createSandbox, type Sandbox } from '#sandbox/sandbox'
import type { Topic } from '#sandbox/world'
import { startBotProcess } from './bot-process.ts'
import { makeDatabase } from './databases.ts'

/** A bot in a process of its own that is killed with SIGKILL the moment another system has accepted a change of it. */
export interface KilledBot {
  sandbox: Sandbox
  /** How often it was killed. */
  kills(): number
  /** Kills the bot at the next change of a system, and starts it again. */
  killAtNext(topic: Topic, act: () => Promise<unknown>): Promise<void>
  /**
   * Kills the bot at each of its next changes in Slack. A card that is drawn again is one, so they never end by
   * themselves.
   *
   * @param waitMs how long to wait for each, in milliseconds
   */
  killAtEach(times: number, waitMs: number): Promise<void>
  close(): Promise<void>
}

export async function startKilledBot(): Promise<KilledBot> {
  const { url, remove } = await makeDatabase()
  const sandbox = await createSandbox({ port: 0, file: ':memory:', ciStepMs: 20 })
  let kills = 0
  let armed: Topic | null = null
  const launch = () =>
    startBotProcess({
      ...sandbox.env,
      DATABASE_URL: url,
      LOG_LEVEL: 'warn',
    })
  let bot = launch()
  const restart = async () => {
    bot = launch()
    await bot.ready
  }
  sandbox.world.onChange((topic) => {
    if (topic !== armed) return
    armed = null
    kills += 1
    bot.kill('SIGKILL')
  })
  await bot.ready
  return {
    sandbox,
    kills: () => kills,
    async killAtNext(topic, act) {
      armed = topic
      // What the person does may fail under them: they try again afterwards.
      await act().catch(() => {})
      expect(await bot.ended).toBe('SIGKILL')
      await restart()
    },
    async killAtEach(times, waitMs) {
      for (let time = 0; time < times; time += 1) {
        armed = 'slack'
        const end = await Promise.race([bot.ended, sleep(waitMs).then(() => null)])
        if (end === 'SIGKILL') await restart()
      }
      armed = null
    },
    async close() {
      bot.kill('SIGKILL')
      await sandbox.close()
      await remove()
    },
  }
}
