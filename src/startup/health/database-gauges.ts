import { Gauge, type Registry } from 'prom-client'
import { findNewestChecksOf } from '#db/queries/checks'
import { findLastComplete, findWaitingJobs } from '#db/queries/health'
import { findUnresolvedRevocations } from '#db/queries/revocations'
import { findOpenRotations } from '#db/queries/rotations'
import { findAges } from '#db/queries/token-ages'
import { turnOf } from '#domain/rotation/turn'
import { freshness } from '#domain/tokens/token-age'
import type { Context } from '#src/context'

/** Gauges of what the database holds, read when they are asked for. */
export function databaseGauges(registry: Registry): (context: Context) => Promise<void> {
  const registers = [registry]
  const gauge = <T extends string>(name: string, help: string, labelNames: T[] = []) =>
    new Gauge({ name, help, labelNames, registers })
  const waiting = gauge('rotation_jobs_waiting', 'Outbox jobs that are not delivered yet.', ['kind'])
  const oldest = gauge('rotation_jobs_oldest_seconds', 'Age of the oldest job that is not delivered yet.')
  const open = gauge('rotation_open_rotations', 'Open rotations by what they wait for.', ['waiting_for'])
  const checks = gauge('rotation_checks', 'Newest check results of open rotations.', ['state'])
  const tokens = gauge('rotation_tokens', 'Tokens by their age, as last read.', ['state'])
  const deadline = gauge(
    'rotation_next_revocation_seconds',
    'Until the next deadline of a revocation; negative when it has passed. Absent without one.',
  )
  const complete = gauge(
    'rotation_last_complete_timestamp_seconds',
    'When a rotation with tokens of the environment was last completed.',
    ['environment'],
  )

  return async ({ db, clock, config }) => {
    const now = clock.now()
    const ms = Date.parse(now)
    const jobs = await findWaitingJobs(db)
    waiting.reset()
    for (const { kind, jobs: count } of jobs) waiting.set({ kind }, count)
    const since = Math.min(ms, ...jobs.map((each) => Date.parse(each.oldest)))
    oldest.set((ms - since) / 1_000)

    const rotations = await findOpenRotations(db)
    open.reset()
    for (const kind of ['step', 'run', 'sign-off', 'promotion', 'revocations'])
      open.set({ waiting_for: kind }, 0)
    for (const rotation of rotations) open.inc({ waiting_for: turnOf(rotation).kind })

    checks.reset()
    for (const state of ['passed', 'failed', 'unknown']) checks.set({ state }, 0)
    const results = await findNewestChecksOf(
      db,
      rotations.map(({ id }) => id),
    )
    for (const { state } of rotations.flatMap(({ id }) => results(id))) checks.inc({ state })

    tokens.reset()
    for (const state of ['fresh', 'due-soon', 'overdue', 'unknown']) tokens.set({ state: labelOf(state) }, 0)
    const ages = await findAges(db, config.cadence['time-zone'], now)
    for (const age of ages?.tokens ?? []) tokens.inc({ state: labelOf(freshness(age)) })

    const dues = (await findUnresolvedRevocations(db)).map(({ dueAt }) => Date.parse(dueAt))
    deadline.reset()
    if (dues.length > 0) deadline.set((Math.min(...dues) - ms) / 1_000)
    else deadline.remove()

    complete.reset()
    for (const { environment, at } of await findLastComplete(db))
      if (at !== null) complete.set({ environment }, Date.parse(at) / 1_000)
  }
}

const labelOf = (state: string): string => (state === 'fresh' ? 'current' : state.replace('-', '_'))
