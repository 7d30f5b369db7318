import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSandbox, type Sandbox } from '#sandbox/sandbox'
import { Person } from '#test/support/person'
import { type CommitWatch, watchCommits } from './commit-watch.ts'
import { createFaultProxy, type FaultProxy } from './http-proxy.ts'
import { watchIssuer } from './issuer-watch.ts'
import type { Interaction } from './people.ts'
import type { PersonName } from './plan.ts'
import { createSocketProxy, type SocketProxy } from './socket-proxy.ts'
import { type SupervisedBot, superviseBot } from './supervised-bot.ts'

/** A sandbox with a bot in a process of its own, for several runs one after the other. */
export interface Lane {
  sandbox: Sandbox
  proxy: FaultProxy
  socket: SocketProxy
  bot: SupervisedBot
  commits: CommitWatch
  people: Record<PersonName, Person>
  databaseFile: string
  interactions: Interaction[]
  /** The number of the newest rotation of the runs before. */
  rotationsBefore: number
  /** Old versions that were taken from an agent that ran them. */
  taken: readonly string[]
  /** Lets the bot read telemetry that is not seconds old, and waits that only take time pass. @param ms milliseconds */
  moveClock(ms: number): void
  close(): Promise<void>
}

/** Clocks are moved by hours: no run crosses midnight because of the hour at which it is made. */
const STARTS_AT_HOUR = 9
const CI_STEP_MS = 20

/** So that a rotation can be handed off. */
const withTwoOperators = (config: string): string =>
  config.replace('operators: [', 'operators: [U0AIOPSOWNER, ')

/** @param botFolder the tree that the bot is started from; this one where it is left out */
export async function openLane(botFolder?: string): Promise<Lane> {
  const folder = mkdtempSync(join(tmpdir(), 'rotation-faults-'))
  const databaseFile = join(folder, 'rotation.db')
  const sandbox = await createSandbox({
    port: 0,
    file: ':memory:',
    ciStepMs: CI_STEP_MS,
    startsAtHour: STARTS_AT_HOUR,
  })
  let bot: SupervisedBot | null = null
  const end = (signal: NodeJS.Signals) => bot?.end(signal)
  const proxy = await createFaultProxy(sandbox.url, end)
  const socket = createSocketProxy(sandbox.url, (text) => text.replaceAll(sandbox.url, proxy.url))
  proxy.onUpgrade(socket.upgrade)
  const direct = sandbox.env.SANDBOX_CLOCK_URL ?? ''
  const variables = Object.fromEntries(
    Object.entries(sandbox.env).map(([name, value]) => [name, value.replaceAll(sandbox.url, proxy.url)]),
  )
  const config = join(folder, 'rotation.config.yml')
  writeFileSync(config, withTwoOperators(readFileSync(sandbox.env.ROTATION_CONFIG ?? '', 'utf8')))
  bot = superviseBot(
    {
      ...variables,
      SANDBOX_CLOCK_URL: direct,
      ROTATION_CONFIG: config,
      DATABASE_URL: `file:${databaseFile}`,
      LOG_LEVEL: 'warn',
    },
    botFolder,
  )
  const supervised = bot
  await supervised.ready()
  const commits = watchCommits(databaseFile, () => end('SIGKILL'))
  const { taken, stop } = watchIssuer(sandbox.world)
  return {
    sandbox,
    proxy,
    socket,
    bot,
    commits,
    databaseFile,
    interactions: [],
    rotationsBefore: 0,
    taken,
    people: {
      operator: new Person(sandbox.url, 'U0OPERATOR'),
      devopsLead: new Person(sandbox.url, 'U0DEVOPSLEAD'),
      aiOpsOwner: new Person(sandbox.url, 'U0AIOPSOWNER'),
      bystander: new Person(sandbox.url, 'U0BYSTANDER'),
    },
    moveClock(ms) {
      sandbox.clock.advance(ms)
      sandbox.world.changed('clock')
    },
    async close() {
      stop()
      commits.close()
      await supervised.close()
      socket.close()
      await proxy.close()
      await sandbox.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
