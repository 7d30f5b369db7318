import type { Kysely } from 'kysely'

/** Who stands in for whom in an approver role, and whose place a signature was given in. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('delegations')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('fromId', 'text', (c) => c.notNull())
    .addColumn('toId', 'text', (c) => c.notNull())
    .addColumn('lastDay', 'text', (c) => c.notNull())
    .addColumn('until', 'text', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .addColumn('endedAt', 'text')
    .execute()
  await db.schema.createIndex('delegationsUntil').on('delegations').column('until').execute()
  await db.schema.alterTable('signOffs').addColumn('delegateOf', 'text').execute()
}
