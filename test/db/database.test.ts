import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findNewestChecks, insertCheckResults } from '#db/queries/checks'
import { findEvents, insertEvents } from '#db/queries/events'
import { findLeaseHolders, releaseLeases } from '#db/queries/job-leases'
import { findDeliveries } from '#db/queries/job-results'
import { claimJobs, insertJobs, setJobDone, setJobFailed } from '#db/queries/outbox-jobs'
import { findRotation, insertParts, insertRotationRow, setRotation } from '#db/queries/rotations'
import type { Db } from '#db/schema'
import { findChainBreak } from '#domain/rotation/event-chain'
import { openRotation } from '#domain/rotation/open-rotation'
import type { Rotation } from '#domain/rotation/rotation'
import { CARD_GATHER_MS, cardEditJob, cardJob, threadMessageJob } from '#outbox/queue/slack-jobs'
import { dropTrigger, type OpenTestDatabase, onPostgres, openTestDatabase } from '#test/support/databases'
import { aCheck, anException, nineTokens, OPENED, OPERATOR } from '#test/support/rotation-builder'

const AT = OPENED
const ALL = { limit: 9, running: [] }
const lease = (until: number, holder = 'here:1:a') => ({ until, holder })

/** The ways to write a row that may be there already: the verb, and what ends the statement. */
const SQLITE_INSERTS = ['insert or replace', 'insert or ignore', 'replace', 'insert'].map(
  (verb) => [verb, ''] as const,
)
const POSTGRES_INSERTS = [
  ['insert', ''],
  ['insert', 'on conflict do nothing'],
  ['insert', "on conflict (count) do update set actor = 'U0X'"],
] as const

describe('the database', () => {
  let opened: OpenTestDatabase
  let db: Db
  beforeEach(async () => {
    opened = await openTestDatabase()
    db = opened.db
  })
  afterEach(() => opened.close())

  const insert = async (): Promise<Rotation> => {
    const common = { trigger: 'manual', severity: null, reason: '' } as const
    const row = { ...common, version: 1, status: 'open', ownerId: OPERATOR, openedAt: AT, round: 1 }
    const id = await insertRotationRow(db, row)
    const decision = openRotation({ ...common, id, by: OPERATOR, at: AT, tokens: nineTokens() }, new Map())
    await insertParts(db, null, decision.rotation)
    await insertEvents(db, decision.events)
    return decision.rotation
  }

  it('gives a rotation back as it was decided', async () => {
    const rotation = await insert()
    expect(await findRotation(db, rotation.id)).toEqual(rotation)
  })

  it('gives results and exceptions back with the step and title that they were recorded with', async () => {
    const rotation = await insert()
    const then = { step: 'audit-logging', title: 'Called so then' } as const
    const [older, newer] = [aCheck('tags-correct', 'failed', then), aCheck('tags-correct', 'unknown', then)]
    await insertCheckResults(db, rotation.id, [older])
    await insertCheckResults(db, rotation.id, [newer])
    expect(await findNewestChecks(db, rotation.id)).toEqual([newer])
    const exceptions = [anException(then), anException()]
    await setRotation(db, rotation, { ...rotation, exceptions })
    expect((await findRotation(db, rotation.id))?.exceptions).toEqual(exceptions)
  })

  it('saves onto the version that was read, and onto no other', async () => {
    const rotation = await insert()
    expect(await setRotation(db, rotation, { ...rotation, ownerId: 'U0A' })).toBe(true)
    expect(await setRotation(db, rotation, { ...rotation, ownerId: 'U0B' })).toBe(false)
    expect(await findRotation(db, rotation.id)).toMatchObject({ version: 2, ownerId: 'U0A' })
  })

  it('refuses a secret in two open rotations, and takes it again once the first is closed', async () => {
    const first = await insert()
    await expect(insert()).rejects.toThrow(/unique/i)
    await setRotation(db, first, { ...first, status: 'aborted', closedAt: AT, closedReason: 'x' })
    await expect(insert()).resolves.toMatchObject({ status: 'open' })
  })

  it('answers more different statements than it keeps compiled, and after the tables have changed', async () => {
    const names = sql<{ name: string }>`select * from (select 1) as one left join settings on true limit 1`
    const columns = async () => Object.keys((await names.execute(db)).rows[0] ?? {})
    const before = await columns()
    for (let number = 0; number < 1_100; number += 1) {
      const { rows } = await sql<{ n: number }>`select ${sql.lit(number)} as n`.execute(db)
      expect(rows).toEqual([{ n: number }])
    }
    expect(await columns()).toEqual(before)
    await sql`alter table settings add column another text`.execute(db)
    expect(await columns()).toEqual([...before, 'another'])
  })

  it('refuses a second approval for a role or by a person in one round', async () => {
    const rotation = await insert()
    const row = {
      rotationId: rotation.id,
      round: 1,
      decision: 'approved',
      at: AT,
      digest: 'd',
      comment: '',
      reopenedJson: '[]',
    }
    const sign = (role: string, userId: string) =>
      db
        .insertInto('signOffs')
        .values({ ...row, role, userId })
        .execute()
    await sign('devops-lead', 'U0A')
    await expect(sign('devops-lead', 'U0B')).rejects.toThrow(/unique/i)
    await expect(sign('ai-ops-owner', 'U0A')).rejects.toThrow(/unique/i)
    await sign('ai-ops-owner', 'U0B')
  })

  it('blocks changes of events, and detects those that bypassed the block', async () => {
    await insert()
    await expect(db.updateTable('events').set({ actor: 'U0X' }).execute()).rejects.toThrow('append-only')
    await expect(db.deleteFrom('events').execute()).rejects.toThrow('append-only')
    expect(findChainBreak(await findEvents(db))).toBeNull()
    await dropTrigger(db, 'events_no_update')
    await db.updateTable('events').set({ actor: 'U0X' }).execute()
    expect(findChainBreak(await findEvents(db))).toContain('event 1')
  })

  it.each([
    ['its place', `previous_hash || 'x'`, '"count"'],
    ['its place in the chain', 'previous_hash', '"count" + 100'],
    ['a place before it', `previous_hash || 'x'`, '"count" - 1'],
  ])('lets nobody replace an event by %s', async (_, previousHash, count) => {
    await insert()
    const before = await findEvents(db)
    for (const [verb, end] of onPostgres ? POSTGRES_INSERTS : SQLITE_INSERTS)
      await expect(
        sql`${sql.raw(verb)} into "events"
          select ${sql.raw(count)}, rotation_id, type, 'U0X', at, data_json, record_json, ${sql.raw(previousHash)}, hash
          from "events" where true ${sql.raw(end)}`.execute(db),
      ).rejects.toThrow('append-only')
    expect(await findEvents(db)).toEqual(before)
  })

  describe('outboxJobs', () => {
    let rotation: Rotation
    beforeEach(async () => {
      rotation = await insert()
    })
    const line = (cause: string) => threadMessageJob(rotation.id, cause, { text: cause })
    const claim = async (now = 1_000, until = 2_000) =>
      (await claimJobs(db, now, lease(until), ALL)).map(
        (job) => job.key.split(':').slice(2).join(':') || 'card',
      )

    it('are queued once for a key', async () => {
      await insertJobs(db, [line('a'), line('a')], AT)
      await insertJobs(db, [line('a')], AT)
      expect(await db.selectFrom('outboxJobs').selectAll().execute()).toHaveLength(1)
    })

    it('of one ordering key follow one another; a failing one holds up its own ordering key only', async () => {
      const other = { ...line('other'), orderingKey: 'log' }
      await insertJobs(db, [line('a'), line('b'), other], AT)
      const [first] = await claimJobs(db, 1_000, lease(2_000), ALL)
      if (!first) throw new Error('one job')
      await setJobFailed(db, first, {
        problem: 'Slack: away',
        nextAt: 5_000,
        aside: false,
        limitedUntil: null,
        undone: false,
      })
      expect(await claim(1_001)).toEqual([])
      expect((await findDeliveries(db, [rotation.id]))(rotation.id).undelivered).toEqual([
        { kind: 'thread-message', problem: 'Slack: away', limitedUntil: null, attempts: 1 },
      ])
      const [again] = await claimJobs(db, 5_000, lease(6_000), ALL)
      expect(again).toMatchObject({ attempts: 2 })
      if (!again) throw new Error('one job')
      // An expired claim must not finish the job.
      expect(await setJobDone(db, first, {}, AT)).toBe(false)
      expect(await setJobDone(db, again, {}, AT)).toBe(true)
      expect(await claim(5_001)).toContain('b')
    })

    it('that draw the card are not among what it says is not delivered', async () => {
      await insertJobs(db, [cardJob(rotation.id), { ...line('a'), orderingKey: 'log' }], AT)
      const jobs = await claimJobs(db, 10_000, lease(11_000), ALL)
      expect(jobs.map((job) => job.kind).sort()).toEqual(['card', 'thread-message'])
      for (const job of jobs)
        await setJobFailed(db, job, {
          problem: 'Slack: away',
          nextAt: 20_000,
          aside: false,
          limitedUntil: null,
          undone: false,
        })
      const { undelivered } = (await findDeliveries(db, [rotation.id]))(rotation.id)
      expect(undelivered.map((each) => each.kind)).toEqual(['thread-message'])
    })

    it('that trying again cannot help step aside for the rest of their ordering key', async () => {
      await insertJobs(db, [line('a'), line('b')], AT)
      const [first] = await claimJobs(db, 1_000, lease(2_000), ALL)
      if (!first) throw new Error('one job')
      await setJobFailed(db, first, {
        problem: 'Slack: invalid_blocks',
        nextAt: 5_000,
        aside: true,
        limitedUntil: null,
        undone: false,
      })
      expect(await claim(1_001)).toEqual(['b'])
      expect(await claim(5_000)).toContain('a')
    })

    it('are claimed by one at a time, until the lease expires or, after a while, its holder is dead', async () => {
      await insertJobs(db, [line('a')], AT)
      expect(await claim(1_000, 2_000)).toEqual(['a'])
      expect(await claim(1_999)).toEqual([])
      expect(await claim(2_001, 9_000)).toEqual(['a'])
      await releaseLeases(db, ['elsewhere'], 0)
      expect(await claim(2_002)).toEqual([])
      expect(await findLeaseHolders(db)).toEqual(['here:1:a'])
      await releaseLeases(db, ['here:1:a'], 4_000)
      expect(await findLeaseHolders(db)).toEqual([])
      expect(await claim(3_999)).toEqual([])
      expect(await claim(4_000)).toEqual(['a'])
    })

    it('are claimed from every ordering key, however many wait behind its first one', async () => {
      const keys = ['log', 'pages', 'R1']
      const jobs = keys.flatMap((orderingKey) =>
        Array.from({ length: 200 }, (_, n) => ({ ...line(`${orderingKey}-${n}`), orderingKey })),
      )
      await insertJobs(db, jobs, AT)
      expect(await claim()).toEqual(['log-0', 'pages-0', 'R1-0'])
      expect(await claim()).toEqual([])
    })

    it('are done at a time, and only those are open that have none', async () => {
      await insertJobs(db, [line('a'), line('b')], AT)
      const [first] = await claimJobs(db, 1_000, lease(2_000), ALL)
      if (!first) throw new Error('one job')
      await setJobDone(db, first, {}, AT)
      const open = db.selectFrom('outboxJobs').select('id').where('doneAt', 'is', null)
      expect(await open.execute()).toEqual([{ id: first.id + 1 }])
    })

    it('that edit one card collapse into the newest, and leave the posting of it alone', async () => {
      const edits = ['v2', 'v3', 'v4'].map((cause) => cardEditJob(rotation.id, cause))
      await insertJobs(db, [cardJob(rotation.id), ...edits], AT)
      const gathered = Date.now() + CARD_GATHER_MS
      expect(await claim(gathered, gathered + 1_000)).toEqual(['card', 'v4'])
      const states = await db.selectFrom('outboxJobs').select('state').orderBy('id').execute()
      expect(states.map((row) => row.state)).toEqual(['running', 'superseded', 'superseded', 'running'])
    })
  })
})
