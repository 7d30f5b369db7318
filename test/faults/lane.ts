import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSandbox, type Sandbox } from '#sandbox/sandbox'
import { Person } from '#test/support/person'
import { type CommitWatch, countCommits } from './commit-watch.ts'
import { createFaultProxy, type FaultProxy } from './http-proxy.ts'
import { watchIssuer } from './issuer-watch.ts'
import type { LaneDatabase } from './lane-database.ts'
import type { PersonName } from './plan.ts'
import { createSocketProxy, type SocketProxy } from './socket-proxy.ts'
import { openSqliteLane } from './sqlite-lane.ts'
import { type SupervisedBots, superviseBots } from './supervised-bots.ts'
import type { Interaction } from './visitor.ts'

/** A sandbox with one bot or several in processes of their own, for several runs one after the other. */
export interface Lane {
  sandbox: Sandbox
  proxy: FaultProxy
  socket: SocketProxy
  bots: SupervisedBots
  database: LaneDatabase
  commits: CommitWatch
  people: Record<PersonName, Person>
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

export interface LaneOptions {
  /** The tree that bots are started from; this one where it is left out. */
  botFolder?: string
  /** How many bots share the lane's database. More than one share PostgreSQL. */
  replicas?: number
}

export async function openLane({ botFolder, replicas = 1 }: LaneOptions = {}): Promise<Lane> {
  const folder = mkdtempSync(join(tmpdir(), 'rotation-faults-'))
  const sandbox = await createSandbox({
    port: 0,
    file: ':memory:',
    ciStepMs: CI_STEP_MS,
    startsAtHour: STARTS_AT_HOUR,
  })
  let bots: SupervisedBots | null = null
  const end = (signal: NodeJS.Signals, bot: number) => bots?.end(signal, bot)
  const commits = countCommits((bot) => end('SIGKILL', bot))
  const database = await openDatabaseOf(folder, replicas, commits)
  const proxy = await createFaultProxy(sandbox.url, replicas, end)
  const socket = createSocketProxy(sandbox.url, (text, bot) => text.replaceAll(sandbox.url, proxy.urlOf(bot)))
  proxy.onUpgrade(socket.upgrade)
  const config = join(folder, 'rotation.config.yml')
  writeFileSync(config, withTwoOperators(readFileSync(sandbox.env.ROTATION_CONFIG ?? '', 'utf8')))
  const variables = Array.from({ length: replicas }, (_, bot) => ({
    ...Object.fromEntries(
      Object.entries(sandbox.env).map(([name, value]) => [
        name,
        value.replaceAll(sandbox.url, proxy.urlOf(bot)),
      ]),
    ),
    SANDBOX_CLOCK_URL: sandbox.env.SANDBOX_CLOCK_URL ?? '',
    ROTATION_CONFIG: config,
    DATABASE_URL: database.urlOf(bot),
    LOG_LEVEL: 'warn',
  }))
  const supervised = superviseBots(variables, botFolder)
  bots = supervised
  await supervised.ready()
  const { taken, stop } = watchIssuer(sandbox.world)
  return {
    sandbox,
    proxy,
    socket,
    bots,
    database,
    commits,
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
      await supervised.close()
      socket.close()
      await proxy.close()
      await database.close()
      await sandbox.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function openDatabaseOf(folder: string, replicas: number, commits: CommitWatch): Promise<LaneDatabase> {
  if (replicas === 1) return openSqliteLane(join(folder, 'rotation.db'), commits)
  // Only then is a server needed.
  const { openPostgresLane } = await import('./postgres-lane.ts')
  return openPostgresLane(replicas, commits)
}
