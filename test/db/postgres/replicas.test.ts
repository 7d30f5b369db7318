import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { type Logger, pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WAITS } from '#config/waits'
import { findAbsent, findPresent, timeOf } from '#db/dialect'
import { openDatabase } from '#db/open-database'
import { listen, type Presence } from '#db/postgres/listen'
import { findChainHead, findEvents, insertEvents } from '#db/queries/events'
import { type ClaimedJob, claimJobs, insertJobs, setJobDone } from '#db/queries/outbox-jobs'
import { insertRotationRow } from '#db/queries/rotations'
import { claimTask, insertTask, setTaskDone } from '#db/queries/scheduled-tasks'
import { findSetting, setSetting } from '#db/queries/settings'
import type { Db } from '#db/schema'
import { inTransaction } from '#db/transaction'
import { findChainBreak } from '#domain/rotation/event-chain'
import { compareConfigs } from '#operations/scheduled/compare-configs'
import { watchClockSteps } from '#outbox/clock-steps'
import { channelMessageJob, homeJobs, threadMessageJob } from '#outbox/queue/slack-jobs'
import type { Context, Integrity } from '#src/context'
import { watchConnections } from '#startup/watch-connections'
import { makeDatabase, type TestDatabase } from '#test/support/databases'
import { eventually } from '#test/support/person'
import { OPENED, OPERATOR } from '#test/support/rotation-builder'

const REPLICAS = 5
const AT = OPENED

describe('several replicas on one PostgreSQL', () => {
  let made: TestDatabase
  let replicas: Db[]
  let present: Presence[]
  beforeEach(async () => {
    made = await makeDatabase()
    replicas = await Promise.all(
      Array.from({ length: REPLICAS }, () => openDatabase(made.database, { poolSize: 3 })),
    )
    present = []
  })
  afterEach(async () => {
    await Promise.all(present.map((each) => each.close()))
    await Promise.all(replicas.map((db) => db.destroy()))
    await made.remove()
  })

  const first = (): Db => {
    const [db] = replicas
    if (!db) throw new Error('there are replicas')
    return db
  }
  const openRotation = () =>
    insertRotationRow(first(), {
      ...{ version: 1, status: 'open', trigger: 'manual', reason: '', ownerId: OPERATOR },
      ...{ openedAt: AT, round: 1 },
    })
  const claim = (db: Db, holder: string, limit = 3) =>
    claimJobs(db, timeOf(db), { until: timeOf(db, 60_000), holder }, { limit, running: [] })

  it('append one chain, and give each rotation its own number', async () => {
    const id = await openRotation()
    const append = (db: Db, n: number) =>
      inTransaction(db, (tx) =>
        insertEvents(tx, [
          { type: 'rotation-approved', rotationId: id, actor: 'bot', at: AT, data: { tokens: n } },
        ]),
      )
    const appended = replicas.flatMap((db) => Array.from({ length: 10 }, (_, n) => append(db, n)))
    const opened = Array.from({ length: 10 }, openRotation)
    await Promise.all([...appended, ...opened])
    expect((await findChainHead(first())).count).toBe(50)
    expect(findChainBreak(await findEvents(first()))).toBeNull()
    expect(new Set(await Promise.all(opened)).size).toBe(10)
  })

  it('decide one after the other, each on what the one before has saved', async () => {
    const count = (db: Db) =>
      inTransaction(db, async (tx) =>
        setSetting(tx, 'count', ((await findSetting<number>(tx, 'count')) ?? 0) + 1),
      )
    await Promise.all(replicas.flatMap((db) => Array.from({ length: 10 }, () => count(db))))
    expect(await findSetting(first(), 'count')).toBe(50)
  })

  it('claim each job once, and the jobs of an ordering key one after the other', async () => {
    const id = await openRotation()
    const keys = Array.from({ length: 12 }, (_, n) => `key-${n}`)
    for (const round of ['a', 'b', 'c'])
      await insertJobs(
        first(),
        keys.map((orderingKey) => ({
          ...threadMessageJob(id, `${orderingKey}-${round}`, { text: '' }),
          orderingKey,
        })),
        AT,
      )
    const ran: ClaimedJob[] = []
    const running = new Set<string>()
    const work = async (db: Db, holder: string) => {
      for (let idle = 0; idle < 5; ) {
        const claimed = await claim(db, holder)
        idle = claimed.length > 0 ? 0 : idle + 1
        if (idle > 0) await sleep(20)
        for (const job of claimed) {
          expect(running).not.toContain(job.orderingKey)
          running.add(job.orderingKey)
          ran.push(job)
        }
        await Promise.all(
          claimed.map((job) =>
            inTransaction(db, async (tx) => {
              running.delete(job.orderingKey)
              expect(await setJobDone(tx, job, {}, AT)).toBe(true)
            }),
          ),
        )
      }
    }
    await Promise.all(replicas.map((db, index) => work(db, `replica:${index}`)))
    expect(ran).toHaveLength(36)
    expect(new Set(ran.map((job) => job.id)).size).toBe(36)
    for (const key of keys) {
      const rounds = ran.filter((job) => job.orderingKey === key).map((job) => job.key.at(-1))
      expect(rounds).toEqual(['a', 'b', 'c'])
    }
  })

  it('skip a job that another one is claiming, without waiting for it', async () => {
    await insertJobs(first(), homeJobs(['U0A', 'U0B'], 'v1'), AT)
    const [one, other] = replicas
    if (!one || !other) throw new Error('there are replicas')
    await one.transaction().execute(async (tx) => {
      expect(await claim(tx, 'one', 1)).toHaveLength(1)
      expect(await claim(other, 'other', 5)).toHaveLength(1)
      expect(await claim(other, 'other', 5)).toEqual([])
    })
  })

  it('hear when one of them has committed a job, and not before', async () => {
    let heard = 0
    present.push(await listen(made.database, { holder: 'here:1:a', config: 'c1' }, () => (heard += 1)))
    await inTransaction(first(), async (tx) => {
      await insertJobs(tx, homeJobs(['U0A'], 'v1'), AT)
      await sleep(100)
      expect(heard).toBe(0)
    })
    await eventually(async () => heard === 1, 'the news of a job')
  })

  it('see which of them has ended, and which has only lost its connection for a moment', async () => {
    present.push(await listen(made.database, { holder: 'here:1:a', config: 'c1' }, () => {}))
    const other = await listen(made.database, { holder: 'here:2:b', config: 'c1' }, () => {})
    const absent = () => findAbsent(first(), ['here:1:a', 'here:2:b', 'here:3:c'])
    expect(await absent()).toEqual(['here:3:c'])
    await other.close()
    await eventually(async () => (await absent())?.includes('here:2:b'), 'the end of the other')
    await sql`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()
      and database = (select oid from pg_database where datname = current_database())`.execute(first())
    await eventually(async () => !(await absent())?.includes('here:1:a'), 'the first one again')
  })

  it('see with which configuration each of them runs, and when it differs', async () => {
    const integrity = { configProblem: null } as Integrity
    const warnings: string[] = []
    const log = { warn: (text: string) => warnings.push(text), info: () => {} } as unknown as Logger
    const compare = () => compareConfigs({ db: first(), integrity, log } as Context)
    present.push(await listen(made.database, { holder: 'here:1:a', config: 'c1' }, () => {}))
    present.push(await listen(made.database, { holder: 'here:2:b', config: 'c1' }, () => {}))
    await compare()
    expect(integrity.configProblem).toBeNull()
    const other = await listen(made.database, { holder: 'here:3:c', config: 'c2' }, () => {})
    await compare()
    await compare()
    expect(warnings).toEqual([
      'The bots on this database have different configurations: c1 on here:1 and here:2; c2 on here:3',
    ])
    expect(integrity.configProblem).toBe(warnings[0])
    await other.close()
    await eventually(async () => (await findPresent(first())).length === 2, 'the end of the third')
    await compare()
    expect(integrity.configProblem).toBeNull()
  })

  it('are connected to Slack, and so is somebody else', async () => {
    const integrity = { othersConnected: false } as Integrity
    const log = pino({ level: 'silent' })
    const stopping = new AbortController()
    const context = { db: first(), integrity, log, waits: WAITS, stopping: stopping.signal } as Context
    for (const holder of ['here:1:a', 'here:2:b', 'here:3:c'])
      present.push(await listen(made.database, { holder, config: 'c1' }, () => {}))
    const count = watchConnections(context, 'here:1:a', () => {})
    for (let time = 0; time < 2; time += 1) await count(2)
    expect(integrity.othersConnected).toBe(false)
    await count(3)
    // What has just ended may still be counted.
    expect(integrity.othersConnected).toBe(false)
    await count(3)
    expect(integrity.othersConnected).toBe(true)
    await count(2)
    expect(integrity.othersConnected).toBe(false)
    // One of the bots sees to it, and one alone renews its connection for it.
    const countElsewhere = watchConnections(context, 'here:2:b', () => {})
    for (let time = 0; time < 2; time += 1) await countElsewhere(3)
    expect(integrity.othersConnected).toBe(false)
    stopping.abort()
  })

  it('do a task once a period, and take it over from one that does not end it', async () => {
    await Promise.all(replicas.map((db) => insertTask(db, 'watch')))
    const claimAll = async (ms: number) => {
      const claims = replicas.map((db, index) =>
        claimTask(db, 'watch', 60_000, { until: timeOf(db, ms), holder: `replica:${index}` }),
      )
      return (await Promise.all(claims)).flatMap((got, index) => (got ? [index] : []))
    }
    const [holder, ...others] = await claimAll(60_000)
    expect(others).toEqual([])
    expect(await claimAll(60_000)).toEqual([])
    await setTaskDone(first(), 'watch', `replica:${holder}`, 60_000)
    expect(await claimAll(60_000)).toEqual([])
    await first().updateTable('scheduledTasks').set({ nextAt: 0 }).execute()
    expect(await claimAll(300)).toHaveLength(1)
    await sleep(400)
    expect(await claimAll(60_000)).toHaveLength(1)
  })

  it('do a task that is due an hour late by a server whose clock is behind, and shorten what waits for it', async () => {
    await insertTask(first(), 'watch')
    const lease = { until: timeOf(first(), 60_000), holder: 'replica:0' }
    const inAnHour = timeOf(first(), 60 * 60_000)
    await first().updateTable('scheduledTasks').set({ nextAt: inAnHour }).execute()
    expect(await claimTask(first(), 'watch', 60_000, lease)).toBe(true)
    // Its end could not be written.
    const steps = watchClockSteps({ pauseMs: 5 * 60_000, leaseMs: 14_000 })
    await first().updateTable('scheduledTasks').set({ leaseUntil: inAnHour, nextAt: 0 }).execute()
    await steps.limit(first())
    const { late } = await first()
      .selectFrom('scheduledTasks')
      .select((eb) => eb('leaseUntil', '>', timeOf(first(), 14_000)).as('late'))
      .executeTakeFirstOrThrow()
    expect(late).toBe(false)

    const job = channelMessageJob('a test', { text: 'late', blocks: [], eventType: 'rotation_update' })
    await insertJobs(first(), [{ ...job, waitMs: 60 * 60_000 }], new Date().toISOString())
    await steps.limit(first())
    const claimed = await claimJobs(first(), timeOf(first()), lease, { limit: 1, running: [] })
    expect(claimed.map(({ key }) => key)).toEqual([job.key])
  })

  it('do a decision again that a deadlock ended', async () => {
    const [one, other] = replicas
    if (!one || !other) throw new Error('there are replicas')
    await insertTask(one, 'a')
    await insertTask(one, 'b')
    const lock = (db: Db, name: string) =>
      db.updateTable('scheduledTasks').set({ nextAt: 1 }).where('name', '=', name).execute()
    const begun = Promise.withResolvers<void>()
    let decisions = 0
    // It takes no turn, as a claim takes none.
    const session = other.connection().execute(async (db) => {
      await sql`set deadlock_timeout = '5s'`.execute(db)
      await sql`start transaction`.execute(db)
      await lock(db, 'b')
      await begun.promise
      await lock(db, 'a')
      await sql`commit`.execute(db)
    })
    await inTransaction(one, async (tx) => {
      decisions += 1
      await sql`set local deadlock_timeout = '100ms'`.execute(tx)
      await lock(tx, 'a')
      begun.resolve()
      await sleep(200)
      await lock(tx, 'b')
    })
    await session
    expect(decisions).toBe(2)
  })
})
