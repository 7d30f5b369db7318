import type { OpenRotation, ReminderKey, ReminderKind, Snooze } from '#domain/reminders/reminder'
import { BOT_ACTOR } from '#domain/rotation/events'
import type { Instant } from '#domain/rotation/rotation'
import type { SeenToken } from '#domain/tokens/seen-token'
import { recordRows } from '../followed-rows.ts'
import type { Db, NewRow, ReadDb, Row } from '../schema.ts'
import { inTransaction } from '../transaction.ts'
import { findOpenRotations } from './rotations.ts'

/** Every registered token as last seen. */
export async function findSeenTokens(db: ReadDb): Promise<SeenToken[]> {
  return db
    .selectFrom('seenTokens')
    .select([
      'secret',
      'agent',
      'environment',
      'owner',
      'cadenceDays',
      'currentSince',
      'unreadSince',
      'problem',
    ])
    .execute()
}

/** Replaces the known tokens; those no longer in the registry are removed. */
export async function setSeenTokens(tx: Db, tokens: Row<'seenTokens'>[]): Promise<void> {
  await tx.deleteFrom('seenTokens').execute()
  for (let i = 0; i < tokens.length; i += ROWS_AT_ONCE)
    await tx
      .insertInto('seenTokens')
      .values(tokens.slice(i, i + ROWS_AT_ONCE))
      .execute()
}

// SQLite's limit is 32,766 bound values in a statement.
const ROWS_AT_ONCE = 1_000

/** Stores a reading of a known token. */
export async function setTokensRead(
  tx: Db,
  read: { secret: string; currentSince: Instant }[],
  at: Instant,
): Promise<void> {
  const since = new Map(read.map(({ secret, currentSince }) => [secret, currentSince]))
  const known = await tx
    .selectFrom('seenTokens')
    .selectAll()
    .where('secret', 'in', [...since.keys()])
    .execute()
  if (known.length === 0) return
  const fresh = { readAt: at, unreadSince: null, problem: null }
  await tx
    .insertInto('seenTokens')
    .values(
      known.map((row) => ({ ...row, currentSince: since.get(row.secret) ?? row.currentSince, ...fresh })),
    )
    .onConflict((oc) =>
      oc.column('secret').doUpdateSet((eb) => ({ currentSince: eb.ref('excluded.currentSince'), ...fresh })),
    )
    .execute()
}

export const findSeenRows = (db: ReadDb): Promise<Row<'seenTokens'>[]> =>
  db.selectFrom('seenTokens').selectAll().execute()

/** Open rotations, and when a person or the end of a run last advanced each. */
export async function findOpenWithLastMove(db: ReadDb): Promise<OpenRotation[]> {
  const rotations = await findOpenRotations(db)
  if (rotations.length === 0) return []
  const rows = await db
    .selectFrom('events')
    .select((eb) => ['rotationId', eb.fn.max('at').as('at')])
    .where(
      'rotationId',
      'in',
      rotations.map((rotation) => rotation.id),
    )
    .where((eb) => eb.or([eb('actor', '!=', BOT_ACTOR), eb('type', '=', 'run-finished')]))
    .groupBy('rotationId')
    .execute()
  const moved = new Map(rows.map((row) => [row.rotationId, row.at]))
  return rotations.map((rotation) => ({ rotation, movedAt: moved.get(rotation.id) ?? rotation.openedAt }))
}

/** Claimed reminders that were due from `since` on. */
export async function findSent(db: ReadDb, since: Instant): Promise<ReminderKey[]> {
  const rows = await db
    .selectFrom('reminders')
    .select(['kind', 'subject', 'due'])
    .where('due', '>=', since)
    .where('jobKey', 'is not', null)
    .execute()
  return rows.map(toKey)
}

/** Claims reminders for a message, in the transaction that enqueues it. Each can be claimed once. */
export async function insertReminders(
  tx: Db,
  reminders: ReminderKey[],
  claim: { claimedAt: Instant; jobKey: string },
): Promise<void> {
  for (let i = 0; i < reminders.length; i += ROWS_AT_ONCE) {
    const rows = reminders
      .slice(i, i + ROWS_AT_ONCE)
      .map(({ kind, subject, due }) => ({ kind, subject, due, ...claim }))
    await tx.insertInto('reminders').values(rows).execute()
    await recordRows(tx, 'reminders', rows, claim.claimedAt)
  }
}

/** Claims a one-time action without a message. @returns false when it was claimed before */
export const insertClaim = (db: Db, row: Omit<NewRow<'reminders'>, 'jobKey'>): Promise<boolean> =>
  inTransaction(db, async (tx) => {
    const rows = await tx
      .insertInto('reminders')
      .values({ ...row, jobKey: null })
      .onConflict((oc) => oc.columns(['kind', 'subject', 'due']).doNothing())
      .returningAll()
      .execute()
    await recordRows(tx, 'reminders', rows, row.claimedAt)
    return rows.length === 1
  })

/** Whether an action of this kind was claimed, for a due time in a period where one is given. */
export async function hasClaim(
  db: ReadDb,
  kind: string,
  period: { from: Instant; to: Instant } | null = null,
): Promise<boolean> {
  const rows = db.selectFrom('reminders').select('due').where('kind', '=', kind).limit(1)
  const found = period ? rows.where('due', '>=', period.from).where('due', '<=', period.to) : rows
  return (await found.executeTakeFirst()) !== undefined
}

/** The subjects that were claimed once, without a message. */
export async function findClaimed(db: ReadDb, kind: string, since: Instant): Promise<Set<string>> {
  const rows = await db
    .selectFrom('reminders')
    .select('subject')
    .where('kind', '=', kind)
    .where('due', '>=', since)
    .execute()
  return new Set(rows.map((row) => row.subject))
}

/** The reminders that were claimed for a message. */
export async function findRemindersOf(db: ReadDb, jobKey: string): Promise<ReminderKey[]> {
  const rows = await db
    .selectFrom('reminders')
    .select(['kind', 'subject', 'due'])
    .where('jobKey', '=', jobKey)
    .execute()
  return rows.map(toKey)
}

/** Active snoozes. */
export async function findSnoozes(db: ReadDb, now: Instant): Promise<Snooze[]> {
  const rows = await db
    .selectFrom('snoozes')
    .select(['kind', 'subject', 'until'])
    .where('until', '>', now)
    .execute()
  return rows.map(({ kind, subject, until }) => ({ kind: kind as ReminderKind, subject, until }))
}

export async function insertSnoozes(tx: Db, snoozes: NewRow<'snoozes'>[]): Promise<void> {
  const rows = await tx.insertInto('snoozes').values(snoozes).returningAll().execute()
  const [first] = rows
  if (first) await recordRows(tx, 'snoozes', rows, first.at)
}

const toKey = ({ kind, subject, due }: { kind: string; subject: string; due: string }): ReminderKey => ({
  kind: kind as ReminderKind,
  subject,
  due,
})
