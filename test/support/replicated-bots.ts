import { type AddressInfo, createServer } from 'node:net'
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
  /** What each of those that run answers to a probe: the status. */
  probe(path: '/healthz' | '/readyz'): Promise<number[]>
  /** Kills the oldest one with SIGKILL at the next change of a system, and starts another. */
  killAtNext(topic: Topic): Promise<void>
  start(): Promise<BotProcess>
  close(): Promise<void>
}

export async function startReplicatedBots(count: number): Promise<ReplicatedBots> {
  const made = await makeDatabase()
  const sandbox = await createSandbox({ port: 0, file: ':memory:', ciStepMs: 20 })
  const running: BotProcess[] = []
  const ports = new Map<BotProcess, number>()
  let kills = 0
  let armed: { topic: Topic; killed: () => void } | null = null
  const start = async () => {
    const port = await freePort()
    const variables = { DATABASE_URL: made.url, HTTP_PORT: String(port), LOG_LEVEL: 'warn' }
    const bot = startBotProcess({ ...sandbox.env, ...variables })
    ports.set(bot, port)
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
    probe: (path) =>
      Promise.all(
        running.map(async (bot) => (await fetch(`http://127.0.0.1:${ports.get(bot)}${path}`)).status),
      ),
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

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
