import type { Kysely } from 'kysely'

/** Which system carries a run out, and when it began and ended there: what is deployed must be newer than the versions. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('runs')
    .addColumn('system', 'text', (c) => c.notNull().defaultTo('ci'))
    .execute()
  await db.schema.alterTable('runs').addColumn('startedAt', 'text').execute()
  await db.schema.alterTable('runs').addColumn('finishedAt', 'text').execute()
}
