import { createSandbox, type Sandbox } from '#sandbox/sandbox'
import type { Topic } from '#sandbox/world'
import { type BotProcess, startBotProcess } from './bot-process.ts'
import { makeDatabase, type TestDatabase } from './databases.ts'

/** Several bots in processes of their own, on one database and in one workspace. */
export interface ReplicatedBots {
  sandbox: Sandbox
  made: TestDatabase
  /** Those that run, in the order of their starts. */
  running(): BotProcess[]
  kills(): number
  /** Kills the oldest one with SIGKILL at the next change of a system, and starts another. */
  killAtNext(topic: Topic): Promise<void>
  start(): Promise<BotProcess>
  close(): Promise<void>
}

export async function startReplicatedBots(count: number): Promise<ReplicatedBots> {
  const made = await makeDatabase()
  const sandbox = await createSandbox({ port: 0, file: ':memory:', ciStepMs: 20 })
  const running: BotProcess[] = []
  let kills = 0
  let armed: { topic: Topic; killed: () => void } | null = null
  const start = async () => {
    const bot = startBotProcess({ ...sandbox.env, DATABASE_URL: made.url, LOG_LEVEL: 'warn' })
    running.push(bot)
    await bot.ready
    return bot
  }
  sandbox.world.onChange((topic) => {
    if (topic !== armed?.topic) return
    const { killed } = armed
    armed = null
    kills += 1
    running.shift()?.kill('SIGKILL')
    killed()
  })
  await Promise.all(Array.from({ length: count }, start))
  return {
    sandbox,
    made,
    running: () => [...running],
    kills: () => kills,
    start,
    async killAtNext(topic) {
      await new Promise<void>((killed) => {
        armed = { topic, killed }
      })
      await start()
    },
    async close() {
      for (const bot of running) bot.kill('SIGKILL')
      await sandbox.close()
      await made.remove()
    },
  }
}
