import type { Rotation } from '#domain/rotation/rotation'
import { STEP_IDS } from '#domain/rotation/steps'
import { compareTokens } from '#domain/tokens/scope'
import { excluded } from '../excluded.ts'
import { groupByRotation } from '../group-by-rotation.ts'
import type { Db, NewRow, ReadDb, Row } from '../schema.ts'
import {
  exceptionRow,
  signOffRow,
  stepRow,
  toException,
  tokenRow,
  toRotation,
  toSignOff,
  toStep,
  toToken,
} from './rotation-rows.ts'
import { runRow, toRun } from './run-rows.ts'

/** Gives a new rotation its number, in its transaction. */
export async function insertRotationRow(db: Db, row: Omit<NewRow<'rotations'>, 'id'>): Promise<number> {
  const { value: id } = await db
    .updateTable('counters')
    .set((eb) => ({ value: eb('value', '+', 1) }))
    .where('name', '=', 'rotation')
    .returning('value')
    .executeTakeFirstOrThrow()
  await db
    .insertInto('rotations')
    .values({ ...row, id })
    .execute()
  return id
}

/** The next rotations get numbers above this one. */
export async function raiseRotationNumber(db: Db, above: number): Promise<void> {
  await db
    .updateTable('counters')
    .set({ value: above })
    .where('name', '=', 'rotation')
    .where('value', '<', above)
    .execute()
}

/** The whole rotation, or undefined when there is none with this id. */
export async function findRotation(db: ReadDb, id: number): Promise<Rotation | undefined> {
  const [rotation] = await findRotations(db, [id])
  return rotation
}

/** The existing rotations with these ids, oldest first. */
export async function findRotations(db: ReadDb, ids: number[]): Promise<Rotation[]> {
  if (ids.length === 0) return []
  const rows = await db.selectFrom('rotations').selectAll().where('id', 'in', ids).orderBy('id').execute()
  return assembleAll(db, rows)
}

/** Rotations that are neither complete nor aborted, oldest first. */
export async function findOpenRotations(db: ReadDb): Promise<Rotation[]> {
  const rows = await db
    .selectFrom('rotations')
    .selectAll()
    .where('closedAt', 'is', null)
    .orderBy('id')
    .execute()
  return assembleAll(db, rows)
}

/** The ids of rotations that wait for their old versions to be revoked, oldest first. */
export async function findRetiringRotations(db: ReadDb): Promise<number[]> {
  const rows = await db
    .selectFrom('rotations')
    .select('id')
    .where('closedAt', 'is', null)
    .where('status', '=', 'retiring')
    .orderBy('id')
    .execute()
  return rows.map((row) => row.id)
}

/** Aborted rotations with a running workflow, which is followed to its end. */
export async function findAbandonedRotations(db: ReadDb): Promise<Rotation[]> {
  const rows = await db
    .selectFrom('rotations')
    .selectAll()
    .where('status', '=', 'aborted')
    .where('id', 'in', (eb) => eb.selectFrom('runs').select('rotationId').where('endedAt', 'is', null))
    .orderBy('id')
    .execute()
  return assembleAll(db, rows)
}

/**
 * The closed rotations that left old versions unresolved, oldest first.
 *
 * @param open rotations that are read already
 */
export async function findLeftBehind(
  db: ReadDb,
  oldVersions: readonly { rotationId: number }[],
  open: readonly Rotation[],
): Promise<Rotation[]> {
  const known = new Set(open.map(({ id }) => id))
  const ids = new Set(oldVersions.map((row) => row.rotationId).filter((id) => !known.has(id)))
  return ids.size > 0 ? findRotations(db, [...ids]) : []
}

/** Newest first. */
export async function findRecentRotations(db: ReadDb, limit: number): Promise<Rotation[]> {
  const rows = await db.selectFrom('rotations').selectAll().orderBy('id', 'desc').limit(limit).execute()
  return assembleAll(db, rows)
}

/** Secrets in rotations that are not closed, with the rotation's id. */
export async function findTakenSecrets(db: ReadDb): Promise<Map<string, number>> {
  const rows = await db.selectFrom('tokens').select(['secret', 'rotationId']).where('open', '=', 1).execute()
  return new Map(rows.map((row) => [row.secret, row.rotationId]))
}

/**
 * Saves a rotation if its stored version is the one the change was decided on.
 *
 * @returns false when another change was saved first; then nothing was written
 */
export async function setRotation(tx: Db, before: Rotation, after: Rotation): Promise<boolean> {
  const { status, trigger, severity, reason, ownerId, closedAt, closedReason, round } = after
  const formerOwnersJson = JSON.stringify(after.formerOwners)
  const updated = await tx
    .updateTable('rotations')
    .set({
      version: before.version + 1,
      status,
      trigger,
      severity,
      reason,
      evidenceJson: JSON.stringify(after.evidence),
      promotedJson: JSON.stringify(after.promoted),
      deviationsJson: JSON.stringify(after.deviations),
      notifies: after.notifies ? 1 : 0,
      disableNowBy: after.disableNowBy,
      breakGlassJson: after.breakGlass && JSON.stringify(after.breakGlass),
      workJson: JSON.stringify(after.work),
      ownerId,
      formerOwnersJson,
      closedAt,
      closedReason,
      round,
    })
    .where('id', '=', before.id)
    .where('version', '=', before.version)
    .executeTakeFirst()
  if (updated.numUpdatedRows !== 1n) return false
  await insertParts(tx, before, after)
  return true
}

/** Saves who opened a rotation, whose row is reserved before it is opened. */
export async function setWork(tx: Db, { id, work }: Pick<Rotation, 'id' | 'work'>): Promise<void> {
  await tx
    .updateTable('rotations')
    .set({ workJson: JSON.stringify(work) })
    .where('id', '=', id)
    .execute()
}

/** Inserts the parts that `before` lacks; `before` is null for a new rotation. */
export async function insertParts(tx: Db, before: Rotation | null, after: Rotation): Promise<void> {
  if (!before || before.tokens !== after.tokens || before.status !== after.status) {
    await tx
      .insertInto('tokens')
      .values(after.tokens.map((token) => tokenRow(after, token)))
      .onConflict((oc) =>
        oc.columns(['rotationId', 'secret']).doUpdateSet((eb) => ({
          previousVersionId: eb.ref('excluded.previousVersionId'),
          previousVersionAt: eb.ref('excluded.previousVersionAt'),
          newVersionId: eb.ref('excluded.newVersionId'),
          newVersionAt: eb.ref('excluded.newVersionAt'),
          rollbackJson: eb.ref('excluded.rollbackJson'),
          open: eb.ref('excluded.open'),
        })),
      )
      .execute()
  }
  if (before?.steps !== after.steps)
    await setSteps(
      tx,
      after.steps.map((step) => stepRow(after.id, step)),
    )
  if (before?.runs !== after.runs)
    await setRuns(
      tx,
      after.runs.map((run) => runRow(after.id, run)),
    )
  for (const each of after.signOffs.slice(before?.signOffs.length ?? 0))
    await tx.insertInto('signOffs').values(signOffRow(after.id, each)).execute()
  for (const each of after.exceptions.slice(before?.exceptions.length ?? 0))
    await tx.insertInto('exceptions').values(exceptionRow(after.id, each)).execute()
}

const STEP_KEY = ['rotationId', 'step'] as const

async function setSteps(tx: Db, rows: NewRow<'steps'>[]): Promise<void> {
  const [first] = rows
  if (first)
    await tx
      .insertInto('steps')
      .values(rows)
      .onConflict((oc) => oc.columns(STEP_KEY).doUpdateSet(excluded(first, STEP_KEY)))
      .execute()
}

const RUN_KEY = ['rotationId', 'kind', 'attempt'] as const

async function setRuns(tx: Db, rows: NewRow<'runs'>[]): Promise<void> {
  const [first] = rows
  if (first)
    await tx
      .insertInto('runs')
      .values(rows)
      .onConflict((oc) => oc.columns(RUN_KEY).doUpdateSet(excluded(first, RUN_KEY)))
      .execute()
}

/** Reads the parts of several rotations with as many queries as for one. */
async function assembleAll(db: ReadDb, rows: Row<'rotations'>[]): Promise<Rotation[]> {
  if (rows.length === 0) return []
  const ids = rows.map((row) => row.id)
  const tokens = groupByRotation(
    await db.selectFrom('tokens').selectAll().where('rotationId', 'in', ids).execute(),
  )
  const steps = groupByRotation(
    await db.selectFrom('steps').selectAll().where('rotationId', 'in', ids).execute(),
  )
  const signOffs = groupByRotation(
    await db.selectFrom('signOffs').selectAll().where('rotationId', 'in', ids).orderBy('id').execute(),
  )
  const runs = groupByRotation(
    await db
      .selectFrom('runs')
      .selectAll()
      .where('rotationId', 'in', ids)
      .orderBy('requestedAt')
      .orderBy('attempt')
      .execute(),
  )
  const exceptions = groupByRotation(
    await db.selectFrom('exceptions').selectAll().where('rotationId', 'in', ids).orderBy('id').execute(),
  )
  return rows.map((row) => ({
    ...toRotation(row),
    tokens: tokens(row.id).map(toToken).sort(compareTokens),
    steps: STEP_IDS.map((step) =>
      toStep(
        step,
        steps(row.id).find((each) => each.step === step),
      ),
    ),
    signOffs: signOffs(row.id).map(toSignOff),
    runs: runs(row.id).map(toRun),
    exceptions: exceptions(row.id).map(toException),
  }))
}
