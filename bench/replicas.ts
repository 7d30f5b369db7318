import { setTimeout as sleep } from 'node:timers/promises'
import { Person } from '#test/support/person'
import { type PostgresServer, withClient } from '#test/support/postgres-server'
import { start } from '#test/support/run-rotation'
import { type Started, type StrictWorkspace, startBot, startWorkspace } from './apps.ts'
import { type Act, type Crowd, drive, gather } from './load.ts'
import { benchPerson } from './names.ts'
import type { BenchOptions } from './options.ts'
import { cpuMs } from './process-usage.ts'
import { type Result, ratioResult } from './result.ts'

const COUNTS = [1, 2, 4, 8]
const PEOPLE = 40
const PER_SECOND = 10
const ACTS = 320
/** So that each bot has compiled what it needs. */
const WARM_UP_EACH = 80
const IDLE_SECONDS = 6
const SETTLE_MS = 5_000
const MOST = 1.2

/** What one interaction costs all replicas together, without what they do when idle. */
interface Cost {
  statements: number
  cpu: number
}

/** Statements and CPU time of an interaction with one bot and with several on one database, which share the interactions at random. */
export async function benchReplicas(
  say: (line: string) => void,
  { quick }: BenchOptions,
  server: PostgresServer,
): Promise<Result[]> {
  const costs = new Map<number, Cost>()
  for (const count of quick ? COUNTS.slice(0, 2) : COUNTS) {
    const cost = await measure(server, count, quick ? 20 : ACTS)
    say(
      `  ${count === 1 ? 'one bot' : `${count} bots`}: ${cost.statements.toFixed(1)} statements and ${cost.cpu.toFixed(1)} ms of CPU an interaction`,
    )
    costs.set(count, cost)
  }
  const [bare, ...others] = [...costs]
  return others.flatMap(([count, ours]) =>
    (['statements', 'cpu'] as const).map((figure) =>
      ratioResult(
        `${figure === 'cpu' ? 'CPU' : 'Statements'} an interaction, ${count} replicas against one on PostgreSQL`,
        {
          ...{ ours: ours[figure], bare: bare?.[1][figure] ?? Number.NaN, most: MOST },
          unit: figure === 'cpu' ? 'ms' : 'statements',
        },
      ),
    ),
  )
}

/** What people do all day: a quarter each of help, status, the App Home and the card's button. */
const mixed = (crowd: Crowd): Act => {
  const acts = [
    crowd.command('/rotation help'),
    crowd.command('/rotation status'),
    crowd.openHome,
    crowd.click,
  ]
  return (at) => acts[at % acts.length]?.(at) ?? Promise.resolve()
}

async function measure(server: PostgresServer, count: number, acts: number): Promise<Cost> {
  const name = `bench_replicas_${count}`
  await withClient(server.urlOf(), (client) => client.query(`create database ${name}`))
  const database = server.urlOf(name)
  const workspace = await startWorkspace({ people: PEOPLE })
  const bots: Started[] = []
  try {
    for (let at = 0; at < count; at += 1) bots.push(await startReplica(workspace, database))
    await start(new Person(workspace.url, 'U0OPERATOR'))
    const crowd = await gather(workspace, { people: PEOPLE, clickers: PEOPLE / 2, button: /^open-step:/ })
    await withClient(database, (client) => client.query('create extension pg_stat_statements'))
    const spent = spentBy(bots, name, server)
    await act(workspace, crowd, count * WARM_UP_EACH)
    await sleep(SETTLE_MS)
    const idle = perSecond(await spent(), await sleep(IDLE_SECONDS * 1_000).then(spent), IDLE_SECONDS)
    const [before, began] = [await spent(), performance.now()]
    await act(workspace, crowd, acts)
    await sleep(SETTLE_MS)
    const seconds = (performance.now() - began) / 1_000
    const loaded = perSecond(before, await spent(), seconds)
    const ofOne = (figure: keyof Cost) => ((loaded[figure] - idle[figure]) * seconds) / acts
    return { statements: ofOne('statements'), cpu: ofOne('cpu') }
  } finally {
    for (const bot of bots) await bot.stop()
    await workspace.stop()
  }
}

export const startReplica = (workspace: StrictWorkspace, database: string): Promise<Started> =>
  startBot(workspace, {
    operators: Array.from({ length: PEOPLE / 2 }, (_, at) => benchPerson(at)),
    variables: { DATABASE_URL: database },
  })

async function act(workspace: StrictWorkspace, crowd: Crowd, count: number): Promise<void> {
  await drive(mixed(crowd), { perSecond: PER_SECOND, count })
  const until = performance.now() + SETTLE_MS
  while ((await workspace.unanswered()) > 0 && performance.now() < until) await sleep(100)
  await crowd.closeModals()
}

/** @returns reads what the bots have spent since they started */
function spentBy(bots: Started[], database: string, server: PostgresServer): () => Promise<Cost> {
  const counting = `select coalesce(sum(calls), 0)::float8 as calls from pg_stat_statements
    where dbid = (select oid from pg_database where datname = $1)`
  return async () => {
    const { rows } = await withClient(server.urlOf(database), (client) =>
      client.query<{ calls: number }>(counting, [database]),
    )
    return {
      statements: rows[0]?.calls ?? Number.NaN,
      cpu: bots.reduce((sum, { pid }) => sum + cpuMs(pid), 0),
    }
  }
}

const perSecond = (before: Cost, after: Cost, seconds: number): Cost => ({
  statements: (after.statements - before.statements) / seconds,
  cpu: (after.cpu - before.cpu) / seconds,
})
