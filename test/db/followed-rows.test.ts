import { beforeAll, describe, expect, it } from 'vitest'
import { auditDatabase } from '#db/audit-database'
import { followTables } from '#db/followed-rows'
import { openDatabase } from '#db/open-database'
import { endDelegations, insertDelegation } from '#db/queries/delegations'
import { insertEscalation, setAcknowledged, setPage } from '#db/queries/escalations'
import { setMessage } from '#db/queries/messages'
import { setPerson } from '#db/queries/people'
import { insertClaim, insertReminders, insertSnoozes } from '#db/queries/reminders'
import { findRevocations, insertRevocations, setRevocation } from '#db/queries/revocations'
import { insertRotationRow } from '#db/queries/rotations'
import { insertFollowedSetting, setFollowedSetting, setSetting } from '#db/queries/settings'
import { insertShownSignOff } from '#db/queries/shown-sign-offs'
import type { Db } from '#db/schema'
import { FOLLOWED_TABLES, type FollowedTable, READINGS, rowKey } from '#domain/rotation/followed-rows'
import { aRevocation } from '#test/support/revocation-builder'
import { DEVOPS_LEAD, minutesIn, OPERATOR } from '#test/support/rotation-builder'

type Row = Record<string, unknown>

const AT = minutesIn(1)

/** A database with R1, whose tables are followed. */
async function open(followed = true): Promise<Db> {
  const db = await openDatabase(':memory:')
  if (followed) await followTables(db, AT)
  await insertRotationRow(db, {
    version: 1,
    status: 'open',
    trigger: 'manual',
    reason: '',
    ownerId: OPERATOR,
    openedAt: AT,
    round: 1,
  })
  return db
}

/** What the audit says of rows that are followed. */
const auditRows = async (db: Db) =>
  (await auditDatabase(db, () => false)).tampering.filter(({ sentence }) => sentence.includes('. It says '))

/** Writes two rows of each table as the bot does, and changes some of them again. */
async function fill(db: Db) {
  for (const [index, role] of (['devops-lead', 'ai-ops-owner'] as const).entries()) {
    const user = `U${index}`
    const subject = `s${index}`
    await insertShownSignOff(db, { rotationId: 1, role, user, delegateOf: null, digest: subject, at: AT })
    await insertDelegation(db, {
      role,
      from: user,
      to: OPERATOR,
      lastDay: '2026-12-01',
      until: minutesIn(99),
      at: AT,
    })
    await setMessage(db, { rotationId: 1, kind: subject, channel: 'C1', ts: '1.1', permalink: null }, AT)
    await insertReminders(db, [{ kind: 'token-due', subject, due: AT }], { claimedAt: AT, jobKey: subject })
    await insertSnoozes(db, [
      { kind: 'token-due', subject, until: AT, reason: `away ${index}`, userId: user, at: AT },
    ])
    await insertFollowedSetting(db, subject, index, AT)
    await setPerson(db, user, `person ${index}`, AT)
    await insertRevocations(db, [aRevocation({ id: index + 1, rotationId: 1, secret: subject })], AT)
    await insertEscalation(db, {
      rotationId: null,
      cause: 'requested',
      occurrence: subject,
      severity: 'P1',
      reason: subject,
      notifies: true,
      openedBy: user,
      openedAt: AT,
    })
  }
  await endDelegations(db, 'U1', 'ai-ops-owner', minutesIn(2))
  await setMessage(db, { rotationId: 1, kind: 's0', channel: 'C1', ts: '2.2', permalink: 'https://x' }, AT)
  await insertClaim(db, { kind: 'opened', subject: 's', due: AT, claimedAt: AT })
  await setFollowedSetting(db, 's0', 'again', AT)
  await setPerson(db, 'U0', 'renamed', AT)
  const [known] = await findRevocations(db, 1)
  if (known) await setRevocation(db, { ...known, seenAliveAt: minutesIn(3), watchedUntil: minutesIn(9) }, AT)
  await setAcknowledged(db, 1, minutesIn(3), 'U1')
}

/** What the two rows of a table say, columns that are no key. */
const EDITED: Record<FollowedTable, string[]> = {
  shownSignOffs: ['digest', 'role', 'userId', 'at', 'delegateOf'],
  delegations: ['toId', 'fromId', 'role', 'until', 'lastDay', 'at', 'endedAt'],
  messages: ['ts', 'channel', 'permalink'],
  reminders: ['claimedAt', 'jobKey'],
  snoozes: ['reason', 'until', 'userId', 'subject', 'kind', 'at'],
  settings: ['valueJson'],
  people: ['name'],
  revocations: [
    'seenAliveAt',
    'watchedUntil',
    'dueAt',
    'versionId',
    'verifiedAt',
    'extendedUntil',
    'proof',
    'resolvedBy',
  ],
  escalations: ['severity', 'openedBy', 'acknowledgedAt', 'notifies', 'reason', 'pageKey'],
}

/** One that the row has not, and the database accepts. */
const otherValue = (column: string, value: unknown): unknown =>
  column === 'notifies' ? 1 - Number(value) : column.startsWith('seenAlive') && value ? null : `${value}x`

describe.each(FOLLOWED_TABLES)('the audit, of rows in %s', (table) => {
  let db: Db
  const rows = (): Promise<Row[]> => db.selectFrom(table).selectAll().execute() as Promise<Row[]>
  const put = async (all: Row[]) => {
    await db.deleteFrom(table).execute()
    for (const row of all)
      await db
        .insertInto(table)
        .values(row as never)
        .execute()
  }
  let untouched: Row[]

  beforeAll(async () => {
    db = await open()
    await fill(db)
    untouched = await rows()
    return () => db.destroy()
  })

  it('reports nothing while nobody touched them', async () => {
    expect(untouched.length).toBeGreaterThan(1)
    expect(await auditRows(db)).toEqual([])
  })

  it.each(EDITED[table])('names one whose %s was changed', async (column) => {
    const [first = {}, ...others] = untouched
    await put([{ ...first, [column]: otherValue(column, first[column]) }, ...others])
    expect(await auditRows(db)).toEqual([
      {
        place: expect.stringContaining(`, row ${rowKey(table, first)}`),
        sentence: expect.stringMatching(/^It is not what event \d+ recorded: it was changed or swapped/),
      },
    ])
    await put(untouched)
  })

  it('names one that was removed', async () => {
    await put(untouched.slice(1))
    expect(await auditRows(db)).toEqual([
      expect.objectContaining({
        sentence: expect.stringMatching(/^Event \d+ recorded it, and it was removed/),
      }),
    ])
    await put(untouched)
  })

  it('names one that was inserted', async () => {
    const [first = {}] = untouched
    const forged = Object.fromEntries(
      Object.entries(first).map(([column, value]) => [
        column,
        {
          id: 99,
          kind: 'forged',
          key: 'forged',
          userId: 'UFORGED',
          versionId: 'forged',
          occurrence: 'forged',
          pageKey: 'forged',
        }[column] ?? value,
      ]),
    )
    await put([...untouched, forged])
    expect(await auditRows(db)).toEqual([
      expect.objectContaining({
        sentence: expect.stringMatching(/^No event recorded it: it was inserted by hand/),
      }),
    ])
    await put(untouched)
  })

  it('names two that were swapped', async () => {
    const [first = {}, second = {}, ...others] = untouched
    const keys = new Set(['id', 'kind', 'subject', 'due', 'key', 'userId', 'rotationId'])
    const swap = (from: Row, to: Row) =>
      Object.fromEntries(
        Object.entries(to).map(([column, value]) => [column, keys.has(column) ? value : from[column]]),
      )
    const swapped = [swap(first, second), swap(second, first)]
    await put([...swapped, ...others])
    const found = await auditRows(db)
    expect(found.map(({ sentence }) => sentence)).toEqual(
      swapped.map(() => expect.stringMatching(/it was changed or swapped/)),
    )
    await put(untouched)
  })
})

describe('rows that are written again and again', () => {
  it('are no event each time', async () => {
    const db = await open()
    await fill(db)
    const count = async () =>
      (await db.selectFrom('chainHead').select('count').executeTakeFirstOrThrow()).count
    const before = await count()
    const [known] = await findRevocations(db, 1)
    if (!known) throw new Error('no old version')
    await setRevocation(
      db,
      { ...known, seenAliveAt: minutesIn(50), lastCheckedAt: minutesIn(50), problem: 'x' },
      AT,
    )
    await setPage(db, 1, { state: 'triggered', url: 'https://pager' })
    await setPerson(db, 'U0', 'renamed', AT)
    for (const key of READINGS) await setSetting(db, key, 1)
    await followTables(db, AT)
    expect(await count()).toBe(before)
    expect(await auditRows(db)).toEqual([])
    await db.destroy()
  })

  it('of a database from before count as they are when the bot is started', async () => {
    const db = await open(false)
    await db.insertInto('people').values({ userId: DEVOPS_LEAD, name: 'before' }).execute()
    const before = await auditDatabase(db, () => false)
    expect(before.unfollowed).toEqual(['people'])
    await followTables(db, AT)
    expect((await auditDatabase(db, () => false)).unfollowed).toEqual([])
    expect(await auditRows(db)).toEqual([])
    await db.updateTable('people').set({ name: 'another' }).execute()
    expect(await auditRows(db)).toEqual([expect.objectContaining({ place: `people, row ${DEVOPS_LEAD}` })])
    await db.destroy()
  })
})
