import type { CheckPhase } from '#domain/rotation/checks'

import { currentResults } from '#domain/rotation/current-results'
import type { CheckResult, CheckState, Evidence, Rotation } from '#domain/rotation/rotation'
import { groupByRotation } from '../group-by-rotation.ts'
import type { Db, ReadDb, Row } from '../schema.ts'

/** Stores results of checks; earlier ones are kept. */
export async function insertCheckResults(tx: Db, rotationId: number, results: CheckResult[]): Promise<void> {
  if (results.length === 0) return
  await tx
    .insertInto('checks')
    .values(
      results.map(({ check: checkId, evidence, ...rest }) => ({
        ...rest,
        rotationId,
        checkId,
        evidenceJson: JSON.stringify(evidence),
      })),
    )
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

export const toResult = (row: Row<'checks'>): CheckResult => ({
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
