import type { AdoptableKind, FoundRun } from '#domain/rotation/found-runs'
import type { Instant, Run } from '#domain/rotation/rotation'
import type { Db, ReadDb, Row } from '../schema.ts'

/** The runs that the bot did not start, newest first. */
export async function findFoundRuns(db: ReadDb): Promise<FoundRun[]> {
  const rows = await db.selectFrom('foundRuns').selectAll().orderBy('createdAt', 'desc').execute()
  return rows.map(toFound)
}

/** The newest attempt of a run that the bot did not start, or undefined. */
export async function findFoundRun(db: ReadDb, runId: number): Promise<FoundRun | undefined> {
  const row = await db.selectFrom('foundRuns').selectAll().where('runId', '=', runId).executeTakeFirst()
  return row && toFound(row)
}

/** Saves what the CI shows of runs that the bot did not start. */
export async function setFoundRuns(db: Db, runs: FoundRun[]): Promise<void> {
  for (const run of runs)
    await db
      .insertInto('foundRuns')
      .values(run)
      .onConflict((oc) => oc.column('runId').doUpdateSet(run))
      .execute()
}

/** Forgets the runs that were created before the oldest open rotation. */
export async function removeFoundRunsBefore(db: Db, before: Instant): Promise<void> {
  await db.deleteFrom('foundRuns').where('createdAt', '<', before).execute()
}

/** The runs of any rotation with one of these ids in the CI, or that have not appeared there yet. */
export async function findRunMarks(
  db: ReadDb,
  runIds: number[],
): Promise<Pick<Row<'runs'>, 'rotationId' | 'kind' | 'attempt' | 'runId' | 'runAttempt' | 'state'>[]> {
  const marks = db
    .selectFrom('runs')
    .select(['rotationId', 'kind', 'attempt', 'runId', 'runAttempt', 'state'])
  const listed = runIds.length > 0 ? await marks.where('runId', 'in', runIds).execute() : []
  const expected = await marks
    .where('endedAt', 'is', null)
    .where('runId', 'is', null)
    .where('system', '=', 'ci')
    .where('state', '=', 'requested')
    .execute()
  return [...listed, ...expected]
}

const toFound = ({ kind, state, ...row }: Row<'foundRuns'>): FoundRun => ({
  ...row,
  kind: kind as AdoptableKind,
  state: state as Run['state'],
})
