import { type Kysely, sql } from 'kysely'

/** What the secrets manager showed last of each registered token, the reminders that were given, and what was put off. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('seenTokens')
    .addColumn('secret', 'text', (c) => c.primaryKey())
    .addColumn('agent', 'text', (c) => c.notNull())
    .addColumn('environment', 'text', (c) => c.notNull())
    .addColumn('owner', 'text', (c) => c.notNull())
    .addColumn('cadenceDays', 'integer', (c) => c.notNull())
    .addColumn('currentSince', 'text')
    .addColumn('readAt', 'text')
    .addColumn('unreadSince', 'text')
    .addColumn('problem', 'text')
    .execute()

  await db.schema
    .createTable('reminders')
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('due', 'text', (c) => c.notNull())
    .addColumn('claimedAt', 'text', (c) => c.notNull())
    .addColumn('effectKey', 'text')
    // Each is given once, whoever asks at the same moment.
    .addPrimaryKeyConstraint('remindersOnce', ['kind', 'subject', 'due'])
    .execute()
  await db.schema.createIndex('remindersLately').on('reminders').column('due').execute()
  await db.schema.createIndex('remindersOfMessage').on('reminders').column('effectKey').execute()

  await db.schema
    .createTable('snoozes')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('until', 'text', (c) => c.notNull())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('userId', 'text', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('snoozesUntil').on('snoozes').column('until').execute()

  // Every tick asks for what is open, among thousands that are closed.
  await sql`create index "rotationsOpen" on "rotations" ("id") where "status" = 'open'`.execute(db)
  await sql`create index "tokensOpen" on "tokens" ("rotationId") where "open" = 1`.execute(db)
  await db.schema.createIndex('eventsOfRotation').on('events').columns(['rotationId', 'type', 'at']).execute()
  await sql`create index "effectsOpenKind" on "effects" ("kind") where "state" in ('queued', 'running')`.execute(
    db,
  )
}
