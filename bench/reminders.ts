import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KyselyPlugin } from 'kysely'
import { readConfig } from '#config/config'
import { openDatabase } from '#db/open-database'
import { insertEvents } from '#db/queries/events'
import { insertJobs } from '#db/queries/outbox-jobs'
import { setSeenTokens } from '#db/queries/reminders'
import { insertParts, insertRotationRow } from '#db/queries/rotations'
import type { Db } from '#db/schema'
import { openRotation } from '#domain/rotation/open-rotation'
import { remind } from '#operations/scheduled/remind'
import { cardJob } from '#outbox/queue/slack-jobs'
import { SANDBOX_VARIABLES } from '#test/support/sandbox-variables'
import { median, type Result } from './result.ts'

const SIZES = [100, 10_000]
const PAST = 5_000
const OPEN = 10
const ROUNDS = 30
const MOST_CPU_MS = 50

const DAY = 86_400_000
const NOW = '2026-11-23T11:00:00.000Z'
const daysAgo = (days: number): string => new Date(Date.parse(NOW) - days * DAY).toISOString()

/** Ages from new to long overdue, to cover every stage of the reminder schedule. */
const tokensOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    secret: `flashfusion/region-${index % 40}/agent-${index}/capability-token`,
    agent: `agent-${index}`,
    environment: `region-${index % 40}`,
    owner: `team-${index % 20}`,
    cadenceDays: 30,
    currentSince: daysAgo((index * 37) % 60),
    readAt: NOW,
    unreadSince: null,
    problem: null,
  }))

async function fill(db: Db, count: number): Promise<void> {
  const tokens = tokensOf(count)
  await db.transaction().execute(async (tx) => {
    await setSeenTokens(tx, tokens)
    for (let index = 0; index < PAST + OPEN; index += 1) {
      const openedAt = daysAgo(index < PAST ? 400 - (index * 350) / PAST : 0.1)
      const row = {
        version: 1,
        status: 'open',
        trigger: 'manual',
        severity: null,
        reason: '',
        openedAt,
        round: 1,
      }
      const id = await insertRotationRow(tx, { ...row, ownerId: 'U0OPERATOR' })
      const scope = tokens.slice((index % 10) * 9, (index % 10) * 9 + 9)
      const at = openedAt
      const { rotation, events } = openRotation(
        {
          id,
          by: 'U0OPERATOR',
          at,
          trigger: 'manual',
          severity: null,
          reason: '',
          tokens: scope.map(({ secret, agent, environment, owner, cadenceDays }) => ({
            ...{ secret, agent, environment, owner, cadenceDays },
            ...{
              previousVersionId: null,
              previousVersionAt: null,
              newVersionId: null,
              newVersionAt: null,
              rollback: null,
            },
          })),
        },
        new Map(),
      )
      const status = index < PAST ? 'complete' : 'open'
      await insertParts(tx, null, { ...rotation, status })
      await tx
        .updateTable('rotations')
        .set({ status, closedAt: status === 'open' ? null : at })
        .where('id', '=', id)
        .execute()
      await insertEvents(tx, events)
      await insertJobs(tx, [cardJob(id)], at)
    }
    await tx.updateTable('outboxJobs').set({ state: 'done', doneAt: new Date().toISOString() }).execute()
  })
}

/** Counts database queries. */
function counting(): { plugin: KyselyPlugin; queries: () => number } {
  let count = 0
  return {
    plugin: {
      transformQuery({ node }) {
        count += 1
        return node
      },
      transformResult: async ({ result }) => result,
    },
    queries: () => count,
  }
}

async function measure(count: number): Promise<{ cpuMs: number; queries: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  const opened = await openDatabase(join(folder, 'rotation.db'))
  try {
    await fill(opened, count)
    const { plugin, queries } = counting()
    const db = opened.withPlugin(plugin)
    const config = readConfig(SANDBOX_VARIABLES)
    const outbox = { wake: () => {}, delivered: async () => undefined }
    const context = { db, config, outbox, clock: { now: () => NOW } }
    // The first tick claims all due reminders; later ticks find nothing, which is the usual case.
    await remind(context)
    await db.updateTable('outboxJobs').set({ state: 'done', doneAt: new Date().toISOString() }).execute()
    const before = queries()
    await remind(context)
    const perTick = queries() - before
    const times: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const began = process.cpuUsage()
      await remind(context)
      const { user, system } = process.cpuUsage(began)
      times.push((user + system) / 1_000)
    }
    return { cpuMs: median(times), queries: perTick }
  } finally {
    await opened.destroy()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A schedule tick that finds nothing new, with past rotations and increasing numbers of tokens. */
export async function benchReminders(say: (line: string) => void): Promise<Result[]> {
  const measured = []
  for (const size of SIZES) {
    const { cpuMs, queries } = await measure(size)
    say(`  ${size} tokens: ${cpuMs.toFixed(1)} ms of CPU, ${queries} queries`)
    measured.push({ size, cpuMs, queries })
  }
  const [smallest, largest] = [measured[0], measured.at(-1)]
  if (!smallest || !largest) throw new TypeError('no sizes')
  const [first, last] = [smallest.queries, largest.queries]
  return [
    {
      name: `Tick of the schedule, ${largest.size.toLocaleString('en')} tokens, ${PAST.toLocaleString('en')} past rotations`,
      measured: `${largest.cpuMs.toFixed(1)} ms of CPU`,
      target: `< ${MOST_CPU_MS} ms`,
      met: largest.cpuMs < MOST_CPU_MS,
    },
    {
      name: `Queries of a tick, from ${smallest.size} to ${largest.size.toLocaleString('en')} tokens`,
      measured: `${first} → ${last}`,
      target: 'the same number',
      met: first === last,
    },
  ]
}
