import type { CheckPhase } from '#domain/rotation/checks'

import { currentResults } from '#domain/rotation/current-results'
import type { CheckResult, CheckState, Evidence, Rotation } from '#domain/rotation/rotation'
import { groupByRotation } from '../group-by-rotation.ts'
import type { Db, ReadDb, Row } from '../schema.ts'

/** Stores one run of a check; earlier runs are kept. */
export async function insertCheckResult(tx: Db, rotationId: number, result: CheckResult): Promise<void> {
  const { check: checkId, evidence, ...rest } = result
  const evidenceJson = JSON.stringify(evidence)
  await tx
    .insertInto('checks')
    .values({ ...rest, rotationId, checkId, evidenceJson })
    .execute()
}

/** The newest result of each check of several rotations. */
export async function findNewestChecksOf(
  db: ReadDb,
  rotationIds: number[],
): Promise<(rotationId: number) => CheckResult[]> {
  const rows = await db
    .selectFrom('checks')
    .selectAll()
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('checks')
        .select((e) => e.fn.max('id').as('id'))
        .where('rotationId', 'in', rotationIds)
        .groupBy(['rotationId', 'checkId']),
    )
    .orderBy('id')
    .execute()
  const grouped = groupByRotation(rows)
  return (rotationId) => grouped(rotationId).map(toResult)
}

/** The newest result of each check of a rotation. */
export const findNewestChecks = async (db: ReadDb, rotationId: number): Promise<CheckResult[]> =>
  (await findNewestChecksOf(db, [rotationId]))(rotationId)

/** The newest results that still apply to the rotation. */
export const findCurrentChecks = async (db: ReadDb, rotation: Rotation): Promise<CheckResult[]> =>
  currentResults(rotation, await findNewestChecks(db, rotation.id))

const toResult = (row: Row<'checks'>): CheckResult => ({
  check: row.checkId,
  step: row.step as CheckPhase,
  title: row.title,
  state: row.state as CheckState,
  sentence: row.sentence,
  advice: row.advice,
  evidence: JSON.parse(row.evidenceJson) as Evidence[],
  startedAt: row.startedAt,
  finishedAt: row.finishedAt,
})
