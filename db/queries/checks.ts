import { currentResults } from '#domain/rotation/current-results'
import type { CheckResult, CheckState, Evidence, Rotation } from '#domain/rotation/rotation'
import type { StepId } from '#domain/rotation/steps'
import type { Db } from '../schema.ts'

/** Stores one run of a check; earlier runs are kept. */
export async function insertCheckResult(tx: Db, rotationId: number, result: CheckResult): Promise<void> {
  const { check: checkId, evidence, ...rest } = result
  const evidenceJson = JSON.stringify(evidence)
  await tx
    .insertInto('checks')
    .values({ ...rest, rotationId, checkId, evidenceJson })
    .execute()
}

/** The newest result of each check of a rotation. */
export async function findNewestChecks(db: Db, rotationId: number): Promise<CheckResult[]> {
  const rows = await db
    .selectFrom('checks')
    .selectAll()
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('checks')
        .select((e) => e.fn.max('id').as('id'))
        .where('rotationId', '=', rotationId)
        .groupBy('checkId'),
    )
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    check: row.checkId,
    step: row.step as StepId,
    title: row.title,
    state: row.state as CheckState,
    sentence: row.sentence,
    advice: row.advice,
    evidence: JSON.parse(row.evidenceJson) as Evidence[],
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
  }))
}

/** The newest results that still count for the rotation as it is. */
export const findCurrentChecks = async (db: Db, rotation: Rotation): Promise<CheckResult[]> =>
  currentResults(rotation, await findNewestChecks(db, rotation.id))
