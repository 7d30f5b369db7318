import { setTimeout as sleep } from 'node:timers/promises'
import { LEASE_MS } from '#outbox/worker'
import { eventually } from '#test/support/person'
import { type PostgresServer, withClient } from '#test/support/postgres-server'
import { type Started, startWorkspace } from './apps.ts'
import type { BenchOptions } from './options.ts'
import { startReplica } from './replicas.ts'
import type { Result } from './result.ts'

const MOST_MS = 15_000
const LOOK_MS = 50
const GIVE_UP_MS = 60_000

/**
 * How long the jobs of a bot that no longer runs wait for another: after a kill, when its connection to the database ends, and when
 * it stops without a sign, as behind a cut cable, when only its leases end.
 */
export async function benchTakeover(
  say: (line: string) => void,
  _options: BenchOptions,
  server: PostgresServer,
): Promise<Result[]> {
  const results: Result[] = []
  for (const { name, signal, most } of [
    { name: 'is killed', signal: 'SIGKILL', most: 5_000 },
    { name: 'stops without a sign', signal: 'SIGSTOP', most: MOST_MS },
  ] as const) {
    const ms = await takeOver(server, signal)
    const result = {
      name: `A replica ${name}: until another has taken over its job`,
      measured: `${(ms / 1_000).toFixed(1)} s`,
      target: `≤ ${most / 1_000} s`,
      met: ms <= most,
    }
    say(`  ${result.name}: ${result.measured}`)
    results.push(result)
  }
  return results
}

async function takeOver(server: PostgresServer, signal: 'SIGKILL' | 'SIGSTOP'): Promise<number> {
  const name = `bench_takeover_${signal.toLowerCase()}`
  await withClient(server.urlOf(), (client) => client.query(`create database ${name}`))
  const workspace = await startWorkspace()
  const bots: Started[] = []
  try {
    for (let at = 0; at < 2; at += 1) bots.push(await startReplica(workspace, server.urlOf(name)))
    return await withClient(server.urlOf(name), async (client) => {
      const pid = bots[0]?.pid ?? 0
      // Each bot carries out a scheduled task now and then.
      const holder = await eventually(async () => {
        const { rows } = await client.query<{ holder: string }>(
          'select distinct lease_holder as holder from scheduled_tasks where lease_holder is not null',
        )
        return rows.find((each) => each.holder.split(':')[1] === String(pid))?.holder
      }, 'a task of the first bot')
      process.kill(pid, signal)
      const began = performance.now()
      await client.query(
        `insert into outbox_jobs (key, kind, ordering_key, payload_json, state, is_first, attempts, next_at, lease_until,
           lease_holder, created_at)
         values ('bench', 'home', 'bench', '{"user":"U0OPERATOR"}', 'running', 1, 1, 0,
           (extract(epoch from clock_timestamp()) * 1000)::bigint + $1, $2, $3)`,
        [LEASE_MS, holder, new Date().toISOString()],
      )
      while (performance.now() < began + GIVE_UP_MS) {
        const { rows } = await client.query<{ holder: string | null; state: string }>(
          "select lease_holder as holder, state from outbox_jobs where key = 'bench'",
        )
        if (rows[0]?.holder !== holder) return performance.now() - began
        await sleep(LOOK_MS)
      }
      return GIVE_UP_MS
    })
  } finally {
    for (const bot of bots) await bot.stop()
    await workspace.stop()
  }
}
