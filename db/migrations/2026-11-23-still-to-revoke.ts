import { type Kysely, sql } from 'kysely'

/** Old versions, each kept until it is proven that it is revoked. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('revocations')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('rotationId', 'integer', (c) => c.notNull().references('rotations.id'))
    .addColumn('secret', 'text', (c) => c.notNull())
    .addColumn('agent', 'text', (c) => c.notNull())
    .addColumn('environment', 'text', (c) => c.notNull())
    .addColumn('versionId', 'text', (c) => c.notNull())
    .addColumn('replacedBy', 'text', (c) => c.notNull())
    .addColumn('replacedAt', 'text', (c) => c.notNull())
    .addColumn('dueAt', 'text', (c) => c.notNull())
    .addColumn('promisedBy', 'text')
    .addColumn('promiseSeenAt', 'text')
    .addColumn('state', 'text', (c) =>
      c.notNull().check(sql`state in ('waiting', 'proven', 'recorded', 'in-use')`),
    )
    .addColumn('settledAt', 'text')
    .addColumn('settledBy', 'text')
    .addColumn('proof', 'text')
    .addColumn('lastLookedAt', 'text')
    .addColumn('problem', 'text')
    .addColumn('escalatedAt', 'text')
    .execute()
  await sql`create unique index "revocationsOnce" on "revocations" ("rotationId", "secret", "versionId")`.execute(
    db,
  )
  await sql`create index "revocationsOpen" on "revocations" ("state") where "state" in ('waiting', 'in-use')`.execute(
    db,
  )
}
