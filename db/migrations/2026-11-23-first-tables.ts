import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('rotations')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('status', 'text', (c) => c.notNull().check(sql`status in ('open', 'approved', 'aborted')`))
    .addColumn('trigger', 'text', (c) => c.notNull())
    .addColumn('severity', 'text')
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('ownerId', 'text', (c) => c.notNull())
    .addColumn('formerOwnersJson', 'text', (c) => c.notNull().defaultTo('[]'))
    .addColumn('openedAt', 'text', (c) => c.notNull())
    .addColumn('closedAt', 'text')
    .addColumn('closedReason', 'text')
    .addColumn('round', 'integer', (c) => c.notNull())
    .execute()

  await db.schema
    .createTable('tokens')
    .addColumn('rotationId', 'integer', (c) => c.notNull().references('rotations.id'))
    .addColumn('secret', 'text', (c) => c.notNull())
    .addColumn('agent', 'text', (c) => c.notNull())
    .addColumn('environment', 'text', (c) => c.notNull())
    .addColumn('owner', 'text', (c) => c.notNull())
    .addColumn('cadenceDays', 'integer', (c) => c.notNull())
    .addColumn('previousVersionId', 'text')
    .addColumn('newVersionId', 'text')
    .addColumn('newVersionAt', 'text')
    .addColumn('open', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('tokensKey', ['rotationId', 'secret'])
    .execute()
  // A token is in at most one open rotation, whoever asks at the same moment.
  await sql`create unique index "tokensOpenOnce" on "tokens" ("secret") where "open" = 1`.execute(db)

  await db.schema
    .createTable('steps')
    .addColumn('rotationId', 'integer', (c) => c.notNull().references('rotations.id'))
    .addColumn('step', 'text', (c) => c.notNull())
    .addColumn('completedBy', 'text')
    .addColumn('completedAt', 'text')
    .addColumn('earlierJson', 'text', (c) => c.notNull())
    .addColumn('attestationsJson', 'text', (c) => c.notNull())
    .addColumn('evidenceJson', 'text', (c) => c.notNull())
    .addColumn('notes', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('stepsKey', ['rotationId', 'step'])
    .execute()

  await db.schema
    .createTable('checks')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('rotationId', 'integer', (c) => c.notNull().references('rotations.id'))
    .addColumn('step', 'text', (c) => c.notNull())
    .addColumn('checkId', 'text', (c) => c.notNull())
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull().check(sql`state in ('passed', 'failed', 'unknown')`))
    .addColumn('sentence', 'text', (c) => c.notNull())
    .addColumn('advice', 'text', (c) => c.notNull())
    .addColumn('evidenceJson', 'text', (c) => c.notNull())
    .addColumn('startedAt', 'text', (c) => c.notNull())
    .addColumn('finishedAt', 'text', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('checksNewest').on('checks').columns(['rotationId', 'checkId', 'id']).execute()

  await db.schema
    .createTable('signOffs')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('rotationId', 'integer', (c) => c.notNull().references('rotations.id'))
    .addColumn('round', 'integer', (c) => c.notNull())
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('decision', 'text', (c) => c.notNull().check(sql`decision in ('approved', 'rejected')`))
    .addColumn('userId', 'text', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .addColumn('digest', 'text', (c) => c.notNull())
    .addColumn('comment', 'text', (c) => c.notNull())
    .addColumn('reopenedJson', 'text', (c) => c.notNull())
    .execute()
  // One approval for each role and round, and one role for each person.
  await sql`create unique index "signOffsRole" on "signOffs" ("rotationId", "round", "role") where "decision" = 'approved'`.execute(
    db,
  )
  await sql`create unique index "signOffsPerson" on "signOffs" ("rotationId", "round", "userId") where "decision" = 'approved'`.execute(
    db,
  )

  await db.schema
    .createTable('exceptions')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('rotationId', 'integer', (c) => c.notNull().references('rotations.id'))
    .addColumn('round', 'integer', (c) => c.notNull())
    .addColumn('checkId', 'text', (c) => c.notNull())
    .addColumn('step', 'text', (c) => c.notNull())
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('what', 'text', (c) => c.notNull())
    .addColumn('commands', 'text', (c) => c.notNull())
    .addColumn('proofJson', 'text', (c) => c.notNull())
    .addColumn('userId', 'text', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .execute()

  await db.schema
    .createTable('runs')
    .addColumn('rotationId', 'integer', (c) => c.notNull().references('rotations.id'))
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('attempt', 'integer', (c) => c.notNull())
    .addColumn('requestedBy', 'text', (c) => c.notNull())
    .addColumn('requestedAt', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('runId', 'integer')
    .addColumn('url', 'text')
    .addColumn('conclusion', 'text')
    .addPrimaryKeyConstraint('runsKey', ['rotationId', 'kind', 'attempt'])
    .execute()

  await db.schema
    .createTable('events')
    .addColumn('count', 'integer', (c) => c.primaryKey())
    .addColumn('rotationId', 'integer', (c) => c.notNull().references('rotations.id'))
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .addColumn('dataJson', 'text', (c) => c.notNull())
    .addColumn('previousHash', 'text', (c) => c.notNull().unique())
    .addColumn('hash', 'text', (c) => c.notNull())
    .execute()
  // `insert or replace` would be a way around the other two.
  await sql`create trigger "eventsOnlyAppend" before insert on "events"
    when exists (select 1 from "events" where "count" >= new."count" or "previousHash" = new."previousHash")
    begin select raise(abort, 'events are append-only'); end`.execute(db)
  for (const change of ['update', 'delete'])
    await sql`create trigger ${sql.ref(`eventsNo${change}`)} before ${sql.raw(change)} on "events"
      begin select raise(abort, 'events are append-only'); end`.execute(db)

  await db.schema
    .createTable('effects')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('key', 'text', (c) => c.notNull().unique())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('rotationId', 'integer', (c) => c.references('rotations.id'))
    .addColumn('stream', 'text', (c) => c.notNull())
    .addColumn('collapseKey', 'text')
    .addColumn('payloadJson', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('nextAt', 'integer', (c) => c.notNull())
    .addColumn('leaseUntil', 'integer')
    .addColumn('leaseHolder', 'text')
    .addColumn('resultJson', 'text')
    .addColumn('problem', 'text')
    .addColumn('createdAt', 'text', (c) => c.notNull())
    .execute()
  await sql`create index "effectsOpen" on "effects" ("stream", "id") where "state" in ('queued', 'running')`.execute(
    db,
  )

  await db.schema
    .createTable('messages')
    .addColumn('rotationId', 'integer', (c) => c.notNull().references('rotations.id'))
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('channel', 'text', (c) => c.notNull())
    .addColumn('ts', 'text', (c) => c.notNull())
    .addColumn('permalink', 'text')
    .addPrimaryKeyConstraint('messagesKey', ['rotationId', 'kind'])
    .execute()

  await db.schema
    .createTable('settings')
    .addColumn('key', 'text', (c) => c.primaryKey())
    .addColumn('valueJson', 'text', (c) => c.notNull())
    .execute()

  await db.schema
    .createTable('people')
    .addColumn('userId', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .execute()
}
