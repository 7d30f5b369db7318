import { type Kysely, sql } from 'kysely'

/** Who was called for what, once for each occurrence; and what an incident or a drill was opened with. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('escalations')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('rotationId', 'integer', (c) => c.references('rotations.id'))
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('cause', 'text', (c) => c.notNull())
    .addColumn('occurrence', 'text', (c) => c.notNull())
    .addColumn('severity', 'text', (c) => c.notNull())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('rings', 'integer', (c) => c.notNull())
    .addColumn('pageKey', 'text', (c) => c.notNull().unique())
    .addColumn('openedBy', 'text', (c) => c.notNull())
    .addColumn('openedAt', 'text', (c) => c.notNull())
    .addColumn('acknowledgedAt', 'text')
    .addColumn('acknowledgedBy', 'text')
    .addColumn('resolvedAt', 'text')
    .addColumn('resolvedReason', 'text')
    .addColumn('pageState', 'text')
    .addColumn('pageUrl', 'text')
    .execute()
  // Whoever asks at the same moment, and after every restart.
  await sql`create unique index "escalationsOnce" on "escalations" ("subject", "cause", "occurrence")`.execute(
    db,
  )
  await sql`create index "escalationsStanding" on "escalations" ("rotationId") where "resolvedAt" is null`.execute(
    db,
  )
  await db.schema
    .alterTable('rotations')
    .addColumn('evidenceJson', 'text', (c) => c.notNull().defaultTo('[]'))
    .execute()
  await db.schema
    .alterTable('rotations')
    .addColumn('rings', 'integer', (c) => c.notNull().defaultTo(1))
    .execute()
  await db.schema.alterTable('exceptions').addColumn('doneAt', 'text').execute()
}
