import type { Escalation, FailureStreak } from '#domain/on-call/escalation'
import type { EscalationCause } from '#domain/on-call/escalation-cause'
import { pageKeyOf } from '#domain/on-call/page-key'
import type { PageObservation, PageState } from '#domain/ports/pager'
import type { CheckId, CheckPhase } from '#domain/rotation/checks'
import { type Instant, rotationLabel, type Severity } from '#domain/rotation/rotation'
import { recordRows } from '../followed-rows.ts'
import { groupByRotation } from '../group-by-rotation.ts'
import type { Db, ReadDb, Row } from '../schema.ts'

/** Subject of escalations for tokens outside rotations. */
const TOKENS = 'tokens'

const subjectOf = (rotationId: number | null): string =>
  rotationId === null ? TOKENS : rotationLabel(rotationId)

export type NewEscalation = Pick<
  Escalation,
  'rotationId' | 'cause' | 'occurrence' | 'severity' | 'reason' | 'notifies' | 'openedBy' | 'openedAt'
>

/** Stores an escalation. @returns null when this occurrence is already stored */
export async function insertEscalation(tx: Db, escalation: NewEscalation): Promise<Escalation | null> {
  const subject = subjectOf(escalation.rotationId)
  const row = await tx
    .insertInto('escalations')
    .values({
      ...escalation,
      subject,
      notifies: escalation.notifies ? 1 : 0,
      pageKey: pageKeyOf(subject, escalation, escalation.openedAt),
    })
    .onConflict((oc) => oc.doNothing())
    .returningAll()
    .executeTakeFirst()
  if (!row) return null
  await recordRows(tx, 'escalations', [row], escalation.openedAt)
  return toEscalation(row)
}

export async function findEscalation(db: ReadDb, id: number): Promise<Escalation | undefined> {
  const row = await db.selectFrom('escalations').selectAll().where('id', '=', id).executeTakeFirst()
  return row && toEscalation(row)
}

/** All escalations of a rotation (null: of tokens outside rotations), oldest first. */
export async function findEscalations(db: ReadDb, rotationId: number | null): Promise<Escalation[]> {
  const rows = await db
    .selectFrom('escalations')
    .selectAll()
    .where('subject', '=', subjectOf(rotationId))
    .orderBy('id')
    .execute()
  return rows.map(toEscalation)
}

/** The escalations of several rotations that nobody has resolved, oldest first. */
export async function findOpenEscalationsOf(
  db: ReadDb,
  rotationIds: number[],
): Promise<(rotationId: number) => Escalation[]> {
  const rows = await db
    .selectFrom('escalations')
    .selectAll()
    .where('subject', 'in', rotationIds.map(subjectOf))
    .where('resolvedAt', 'is', null)
    .orderBy('id')
    .execute()
  return groupByRotation(rows.map(toEscalation))
}

/** Every escalation that nobody has resolved, oldest first. */
export async function findOpenEscalations(db: ReadDb): Promise<Escalation[]> {
  const rows = await db
    .selectFrom('escalations')
    .selectAll()
    .where('resolvedAt', 'is', null)
    .orderBy('id')
    .execute()
  return rows.map(toEscalation)
}

/** Moves an escalation to the rotation that supersedes its own; the pager keeps its page. */
export async function moveEscalation(
  tx: Db,
  { id, rotationId, occurrence }: Escalation,
  to: number,
  at: Instant,
): Promise<void> {
  const rows = await tx
    .updateTable('escalations')
    .set({
      rotationId: to,
      subject: subjectOf(to),
      occurrence: `${subjectOf(rotationId)}:${occurrence}`,
    })
    .where('id', '=', id)
    .returningAll()
    .execute()
  await recordRows(tx, 'escalations', rows, at)
}

/** Resolves an escalation. @returns false when it already is */
export async function setResolved(tx: Db, id: number, at: Instant, reason: string): Promise<boolean> {
  const rows = await tx
    .updateTable('escalations')
    .set({ resolvedAt: at, resolvedReason: reason })
    .where('id', '=', id)
    .where('resolvedAt', 'is', null)
    .returningAll()
    .execute()
  await recordRows(tx, 'escalations', rows, at)
  return rows.length === 1
}

/** Acknowledges an escalation. @returns false when it already is, or is resolved */
export async function setAcknowledged(tx: Db, id: number, at: Instant, by: string): Promise<boolean> {
  const rows = await tx
    .updateTable('escalations')
    .set({ acknowledgedAt: at, acknowledgedBy: by })
    .where('id', '=', id)
    .where('acknowledgedAt', 'is', null)
    .where('resolvedAt', 'is', null)
    .returningAll()
    .execute()
  await recordRows(tx, 'escalations', rows, at)
  return rows.length === 1
}

/** Stores the page's state in the pager. */
export async function setPage(
  tx: Db,
  id: number,
  page: Partial<Pick<PageObservation, 'state' | 'url'>>,
): Promise<void> {
  const seen = {
    ...(page.state && { pageState: page.state }),
    ...(page.url !== undefined && { pageUrl: page.url }),
  }
  if (Object.keys(seen).length > 0)
    await tx.updateTable('escalations').set(seen).where('id', '=', id).execute()
}

/** The checks whose newest results all failed, with how often and since when. */
export async function findFailureStreaks(
  db: ReadDb,
  rotationId: number,
  since: (phase: CheckPhase, check: CheckId) => Instant,
): Promise<FailureStreak[]> {
  const rows = await db
    .selectFrom('checks as c')
    .select(['c.id', 'c.checkId', 'c.step', 'c.title', 'c.sentence', 'c.startedAt', 'c.finishedAt'])
    .where('c.rotationId', '=', rotationId)
    .where('c.state', '=', 'failed')
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('checks as passed')
            .select('passed.id')
            .whereRef('passed.rotationId', '=', 'c.rotationId')
            .whereRef('passed.checkId', '=', 'c.checkId')
            .whereRef('passed.id', '>', 'c.id')
            .where('passed.state', '=', 'passed'),
        ),
      ),
    )
    .orderBy('c.id')
    .execute()
  const counted = rows.filter((row) => row.startedAt >= since(row.step as CheckPhase, row.checkId))
  return [...Map.groupBy(counted, (row) => row.checkId)].flatMap(([check, group]): FailureStreak[] => {
    const [first, last] = [group[0], group.at(-1)]
    if (!first || !last) return []
    const until =
      group
        .map((row) => row.finishedAt)
        .sort()
        .at(-1) ?? last.finishedAt
    const { title, sentence } = last
    return [
      {
        check,
        step: last.step as CheckPhase,
        title,
        sentence,
        count: group.length,
        since: first.startedAt,
        until,
      },
    ]
  })
}

const toEscalation = ({ subject: _, ...row }: Row<'escalations'>): Escalation => ({
  ...row,
  cause: row.cause as EscalationCause,
  severity: row.severity as Severity,
  notifies: row.notifies === 1,
  pageState: row.pageState as PageState | null,
})
