import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readConfig } from '#config/config'
import { openDatabase } from '#db/open-database'
import { insertSnoozes, setSeenTokens } from '#db/queries/reminders'
import type { Db } from '#db/schema'
import { calendarOf, parseDay } from '#domain/time/calendar'
import { findOverdue } from '#operations/readings/find-overdue'
import { remind } from '#operations/scheduled/remind'
import type { Context } from '#src/context'
import { makeDatabase, type TestDatabase } from '#test/support/databases'
import { aSeenToken, NEVER_QUIET, wallClock } from '#test/support/reminder-year'
import { SANDBOX_VARIABLES } from '#test/support/sandbox-variables'

const REMIND = fileURLToPath(new URL('../../support/remind-process.ts', import.meta.url))

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** The machine on which the bot runs: its clock, its database, and whether Slack takes messages. */
interface Machine {
  db: Db
  context: Pick<Context, 'clock' | 'config' | 'db' | 'outbox'>
  now: string
}

describe('a year of the real operation on the real database', () => {
  let made: TestDatabase
  let machine: Machine

  const start = async (timeZone: string, quiet = { from: '20:00', to: '08:00', weekends: true }) => {
    const db = await openDatabase(made.database)
    const read = readConfig(SANDBOX_VARIABLES)
    const config = { ...read, quiet, cadence: { ...read.cadence, 'time-zone': timeZone } }
    const outbox = { wake: () => {}, delivered: async () => undefined }
    const self: Machine = {
      db,
      now: '',
      context: { db, config, outbox, clock: { now: () => self.now } },
    }
    return self
  }
  beforeEach(async () => {
    made = await makeDatabase()
  })
  afterEach(async () => {
    await machine.db.destroy()
    await made.remove()
  })

  const rotated = (currentSince: string) =>
    machine.db
      .transaction()
      .execute((tx) => setSeenTokens(tx, [{ ...aSeenToken({ currentSince }), readAt: currentSince }]))

  /** The worker's part: every message arrives at once. */
  const deliver = () =>
    machine.db
      .updateTable('outboxJobs')
      .set({ state: 'done', isFirst: null, doneAt: new Date().toISOString() })
      .where('state', '=', 'queued')
      .execute()

  const tickAt = async (ms: number) => {
    machine.now = new Date(ms).toISOString()
    await remind(machine.context)
    await deliver()
  }

  /** When each message was enqueued, in the zone’s wall-clock time, and the days left until each due date. */
  const messages = async (timeZone: string) => {
    const rows = await machine.db
      .selectFrom('outboxJobs')
      .innerJoin('reminders', 'reminders.jobKey', 'outboxJobs.key')
      .select(['outboxJobs.createdAt', 'outboxJobs.id', 'reminders.subject', 'reminders.due'])
      .where('outboxJobs.kind', '=', 'reminder')
      .orderBy('outboxJobs.id')
      .execute()
    return rows.map(({ createdAt, subject }) => {
      const left = (parseDay(subject) ?? 0) - calendarOf(timeZone).dayNumber(createdAt)
      return `${wallClock(createdAt, timeZone)} ${left}`
    })
  }

  const YEAR = { from: Date.parse('2026-01-01T00:00:00Z'), to: Date.parse('2027-01-01T00:00:00Z') }

  it.each(['Europe/Berlin', 'America/New_York'])(
    'reminds once each time, with downtime, a late rotation and a snooze: %s',
    async (timeZone) => {
      machine = await start(timeZone, NEVER_QUIET)
      // Rotated on the day, but for a rotation that is twelve days late in summer.
      const rotations = [
        '01-01',
        '01-31',
        '03-02',
        '04-01',
        '05-01',
        '05-31',
        '07-12',
        '08-11',
        '09-10',
        '10-10',
        '11-09',
        '12-09',
      ].map((day) => Date.parse(`2026-${day}T20:00:00Z`))
      // A week off in February, from before a due date's first reminder until after its second.
      const isDown = (ms: number) =>
        ms > Date.parse('2026-02-22T12:00:00Z') && ms < Date.parse('2026-02-28T12:00:00Z')
      let next = 0
      for (let ms = YEAR.from; ms < YEAR.to; ms += HOUR) {
        if (rotations[next] !== undefined && ms >= rotations[next]!) {
          await rotated(new Date(rotations[next]!).toISOString())
          next += 1
        }
        if (ms === Date.parse('2026-07-03T12:00:00Z'))
          await insertSnoozes(machine.db, [
            {
              kind: 'token-due',
              subject: '2026-06-30',
              until: calendarOf(timeZone).at(parseDay('2026-07-06')!, 0),
              reason: 'the owner is away',
              userId: 'U0OPERATOR',
              at: new Date(ms).toISOString(),
            },
          ])
        // Nothing is due at other hours; leaving most of them out saves the test's time, not the bot's.
        const hour = Math.floor(calendarOf(timeZone).minuteOfDay(new Date(ms).toISOString()) / 60)
        if (isDown(ms) || ![0, 7, 8, 9, 10, 13, 20].includes(hour)) continue
        // Restarted now and then, and often looked twice within the same hour, as two processes do.
        if (ms % (37 * DAY) === 12 * HOUR) {
          await machine.db.destroy()
          machine = await start(timeZone, NEVER_QUIET)
        }
        await tickAt(ms)
        if (ms % (5 * HOUR) === 0) await tickAt(ms)
      }
      expect(await messages(timeZone)).toEqual([
        ...['01-24 09:00 7', '01-28 09:00 3', '01-30 09:00 1', '01-31 09:00 0'],
        // What the week off held back is said once.
        ...[
          timeZone === 'Europe/Berlin' ? '02-28 13:00 2' : '02-28 07:00 2',
          '03-01 09:00 1',
          '03-02 09:00 0',
        ],
        ...['03-25 09:00 7', '03-29 09:00 3', '03-31 09:00 1', '04-01 09:00 0'],
        ...['04-24 09:00 7', '04-28 09:00 3', '04-30 09:00 1', '05-01 09:00 0'],
        ...['05-24 09:00 7', '05-28 09:00 3', '05-30 09:00 1', '05-31 09:00 0'],
        ...['06-23 09:00 7', '06-27 09:00 3', '06-29 09:00 1', '06-30 09:00 0'],
        // Late; put off from the third of July until the sixth.
        ...[
          '07-01 09:00 -1',
          '07-02 09:00 -2',
          timeZone === 'Europe/Berlin' ? '07-03 09:00 -3' : '',
          '07-06 09:00 -6',
          '07-07 09:00 -7',
          '07-10 09:00 -10',
        ].filter(Boolean),
        ...['08-04 09:00 7', '08-08 09:00 3', '08-10 09:00 1', '08-11 09:00 0'],
        ...['09-03 09:00 7', '09-07 09:00 3', '09-09 09:00 1', '09-10 09:00 0'],
        ...['10-03 09:00 7', '10-07 09:00 3', '10-09 09:00 1', '10-10 09:00 0'],
        ...['11-02 09:00 7', '11-06 09:00 3', '11-08 09:00 1', '11-09 09:00 0'],
        ...['12-02 09:00 7', '12-06 09:00 3', '12-08 09:00 1', '12-09 09:00 0'],
      ])
    },
    120_000,
  )

  it('leaves people alone at night and on weekends', async () => {
    const timeZone = 'Europe/Berlin'
    machine = await start(timeZone)
    await rotated('2026-01-01T10:00:00Z')
    for (let ms = Date.parse('2026-01-20T00:00:00Z'); ms < Date.parse('2026-03-20T00:00:00Z'); ms += HOUR / 2)
      await tickAt(ms)
    expect(await messages(timeZone)).toEqual([
      // Due on Saturday, 31 January; its first reminder belongs to a Saturday, too.
      ...['01-26 08:00 5', '01-28 09:00 3', '01-30 09:00 1'],
      ...['02-02 09:00 -2', '02-03 09:00 -3', '02-04 09:00 -4', '02-05 09:00 -5', '02-06 09:00 -6'],
      // Every third day, of which one is a Friday and the next a Monday; those on a weekend come on Monday at eight.
      ...['02-09 08:00 -9', '02-10 09:00 -10', '02-13 09:00 -13', '02-16 09:00 -16', '02-19 09:00 -19'],
      ...['02-23 08:00 -23', '02-25 09:00 -25', '03-02 08:00 -30', '03-09 08:00 -37', '03-16 08:00 -44'],
    ])
  }, 60_000)

  it('claims nothing while a message is on its way, and then says what is due then', async () => {
    machine = await start('UTC', NEVER_QUIET)
    await rotated('2026-01-01T10:00:00Z')
    for (const day of ['24', '28', '30', '31']) {
      machine.now = `2026-01-${day}T10:00:00.000Z`
      await remind(machine.context)
    }
    expect(await messages('UTC')).toEqual(['01-24 10:00 7'])
    await deliver()
    await tickAt(Date.parse('2026-01-31T11:00:00Z'))
    await tickAt(Date.parse('2026-01-31T12:00:00Z'))
    expect(await messages('UTC')).toEqual(['01-24 10:00 7', '01-31 11:00 0'])
  })

  it('is claimed once by three processes that look at the same moment', async () => {
    machine = await start('UTC', NEVER_QUIET)
    await rotated('2026-01-01T10:00:00Z')
    const args = [REMIND, made.database, '2026-01-31T10:00:00.000Z']
    await Promise.all([1, 2, 3].map(() => promisify(execFile)(process.execPath, args)))
    expect(await messages('UTC')).toEqual(['01-31 10:00 0'])
  }, 60_000)

  it('finds what is overdue for too long, until it is rotated', async () => {
    machine = await start('UTC', NEVER_QUIET)
    await rotated('2026-01-01T10:00:00Z')
    machine.now = '2026-02-03T23:59:00.000Z'
    expect(await findOverdue(machine.context)).toEqual([])
    machine.now = '2026-02-04T00:00:00.000Z'
    expect(await findOverdue(machine.context)).toEqual([
      {
        occurrence: 'due:2026-01-31',
        reason: '1 token was due on 2026-01-31 and is not rotated: orchestrator/production.',
      },
    ])
    await rotated('2026-02-04T00:00:00Z')
    expect(await findOverdue(machine.context)).toEqual([])
  })

  it('repeats nothing when the clock jumps back', async () => {
    machine = await start('UTC', NEVER_QUIET)
    await rotated('2026-01-01T10:00:00Z')
    for (const at of [
      '2026-01-31T10:00:00Z',
      '2026-01-31T09:30:00Z',
      '2026-01-29T10:00:00Z',
      '2026-01-31T10:00:00Z',
    ])
      await tickAt(Date.parse(at))
    expect(await messages('UTC')).toEqual(['01-31 10:00 0'])
  })
})
