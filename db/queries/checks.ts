import type { CheckResult, CheckState, Evidence, Instant } from '#rotation/rotation'
import type { CheckId, StepId } from '#rotation/steps'
import type { Db } from '../schema.ts'

/** Keeps one run of a check; earlier runs stay. */
export async function insertCheckResult(
  tx: Db,
  rotationId: number,
  step: StepId,
  startedAt: Instant,
  result: CheckResult,
): Promise<void> {
  const { check: checkId, state, sentence, advice, evidence, finishedAt } = result
  const evidenceJson = JSON.stringify(evidence)
  await tx
    .insertInto('checks')
    .values({ rotationId, step, checkId, state, sentence, advice, evidenceJson, startedAt, finishedAt })
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
    check: row.checkId as CheckId,
    state: row.state as CheckState,
    sentence: row.sentence,
    advice: row.advice,
    evidence: JSON.parse(row.evidenceJson) as Evidence[],
    finishedAt: row.finishedAt,
  }))
}
