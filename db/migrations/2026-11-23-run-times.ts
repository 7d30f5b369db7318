import type { Kysely } from 'kysely'

/** When a run began and ended, by the CI's clock: what was deployed must be newer than the versions. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('runs').addColumn('startedAt', 'text').execute()
  await db.schema.alterTable('runs').addColumn('finishedAt', 'text').execute()
}
