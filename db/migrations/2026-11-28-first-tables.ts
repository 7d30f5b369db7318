import { type Kysely, sql } from 'kysely'
import { columnTypes, isPostgres } from './column-types.ts'

/** All tables of version 0.2.0. Written for SQLite and PostgreSQL. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createRotations(db)
  await createRecords(db)
  await createShownSignOffs(db)
  await createEvents(db)
  await createOutbox(db)
  await createRevocations(db)
  await createReminders(db)
  await createPeople(db)
  await createInbox(db)
}

async function createRotations(db: Kysely<unknown>): Promise<void> {
  const { id, big } = columnTypes(db)
  await db.schema
    .createTable('counters')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('value', big, (c) => c.notNull())
    .execute()
  await sql`insert into counters (name, value) values ('rotation', 0)`.execute(db)
  await db.schema
    .createTable('rotations')
    .addColumn('id', id, (c) => c.primaryKey())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('status', 'text', (c) =>
      c.notNull().check(sql`status in ('open', 'promoting', 'retiring', 'complete', 'aborted')`),
    )
    .addColumn('trigger', 'text', (c) => c.notNull())
    .addColumn('severity', 'text')
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('owner_id', 'text', (c) => c.notNull())
    .addColumn('former_owners_json', 'text', (c) => c.notNull().defaultTo('[]'))
    .addColumn('opened_at', 'text', (c) => c.notNull())
    .addColumn('closed_at', 'text')
    .addColumn('closed_reason', 'text')
    .addColumn('round', 'integer', (c) => c.notNull())
    .addColumn('evidence_json', 'text', (c) => c.notNull().defaultTo('[]'))
    .addColumn('notifies', 'integer', (c) => c.notNull().defaultTo(1))
    .addColumn('promoted_json', 'text', (c) => c.notNull().defaultTo('[]'))
    .addColumn('deviations_json', 'text', (c) => c.notNull().defaultTo('[]'))
    .addColumn('revoker', 'text', (c) =>
      c.notNull().defaultTo('bot').check(sql`revoker in ('bot', 'workflow')`),
    )
    .addColumn('disable_now_by', 'text')
    .addColumn('break_glass_json', 'text')
    .addColumn('work_json', 'text', (c) => c.notNull().defaultTo('[]'))
    .addColumn('pruned_at', 'text')
    .execute()
  await sql`create index rotations_unpruned on rotations (closed_at) where pruned_at is null`.execute(db)
  await sql`create index rotations_open on rotations (id) where closed_at is null`.execute(db)
  await db.schema.createIndex('rotations_closed').on('rotations').column('closed_at').execute()

  await db.schema
    .createTable('tokens')
    .addColumn('rotation_id', id, (c) => c.notNull().references('rotations.id'))
    .addColumn('secret', 'text', (c) => c.notNull())
    .addColumn('agent', 'text', (c) => c.notNull())
    .addColumn('environment', 'text', (c) => c.notNull())
    .addColumn('owner', 'text', (c) => c.notNull())
    .addColumn('cadence_days', 'integer', (c) => c.notNull())
    .addColumn('previous_version_id', 'text')
    .addColumn('previous_version_at', 'text')
    .addColumn('new_version_id', 'text')
    .addColumn('new_version_at', 'text')
    .addColumn('rollback_json', 'text')
    .addColumn('open', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('tokens_key', ['rotation_id', 'secret'])
    .execute()
  // A token is in at most one open rotation, also under concurrent requests.
  await sql`create unique index tokens_open_once on tokens (secret) where open = 1`.execute(db)
  await sql`create index tokens_rolled_back on tokens (secret) where rollback_json is not null`.execute(db)
  await sql`create index tokens_open on tokens (rotation_id) where open = 1`.execute(db)
  await db.schema.createIndex('tokens_by_secret').on('tokens').columns(['secret', 'rotation_id']).execute()

  await db.schema
    .createTable('steps')
    .addColumn('rotation_id', id, (c) => c.notNull().references('rotations.id'))
    .addColumn('step', 'text', (c) => c.notNull())
    .addColumn('completed_by', 'text')
    .addColumn('completed_at', 'text')
    .addColumn('earlier_json', 'text', (c) => c.notNull())
    .addColumn('attestations_json', 'text', (c) => c.notNull())
    .addColumn('sentences_json', 'text', (c) => c.notNull())
    .addColumn('evidence_json', 'text', (c) => c.notNull())
    .addColumn('notes', 'text', (c) => c.notNull())
    .addColumn('checks_json', 'text', (c) => c.notNull().defaultTo('[]'))
    .addPrimaryKeyConstraint('steps_key', ['rotation_id', 'step'])
    .execute()

  await db.schema
    .createTable('runs')
    .addColumn('rotation_id', id, (c) => c.notNull().references('rotations.id'))
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('environment', 'text')
    .addColumn('attempt', 'integer', (c) => c.notNull())
    .addColumn('requested_by', 'text', (c) => c.notNull())
    .addColumn('requested_at', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('run_id', big)
    .addColumn('url', 'text')
    .addColumn('conclusion', 'text')
    .addColumn('system', 'text', (c) => c.notNull().defaultTo('ci'))
    .addColumn('started_at', 'text')
    .addColumn('finished_at', 'text')
    .addColumn('window_reason', 'text')
    .addColumn('run_attempt', 'integer', (c) => c.notNull().defaultTo(1))
    .addColumn('approval_json', 'text')
    .addColumn('adopted_json', 'text')
    .addColumn('target_json', 'text')
    .addColumn('ended_at', 'text')
    .addPrimaryKeyConstraint('runs_key', ['rotation_id', 'kind', 'attempt'])
    .execute()
  await db.schema.createIndex('runs_run_id').on('runs').column('run_id').execute()
  await sql`create index runs_open on runs (rotation_id) where ended_at is null`.execute(db)

  await db.schema
    .createTable('found_runs')
    .addColumn('run_id', big, (c) => c.primaryKey())
    .addColumn('run_attempt', 'integer', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('environment', 'text')
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('url', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('conclusion', 'text')
    .addColumn('started_by', 'text', (c) => c.notNull())
    .addColumn('event', 'text', (c) => c.notNull())
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addColumn('started_at', 'text')
    .addColumn('finished_at', 'text')
    .execute()
  await db.schema.createIndex('found_runs_created').on('found_runs').column('created_at').execute()
}

/** Results about a rotation: checks, exceptions, sign-offs. */
async function createRecords(db: Kysely<unknown>): Promise<void> {
  const { id, makeId } = columnTypes(db)
  await db.schema
    .createTable('checks')
    .addColumn('id', id, makeId)
    .addColumn('rotation_id', id, (c) => c.notNull().references('rotations.id'))
    .addColumn('step', 'text', (c) => c.notNull())
    .addColumn('check_id', 'text', (c) => c.notNull())
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull().check(sql`state in ('passed', 'failed', 'unknown')`))
    .addColumn('sentence', 'text', (c) => c.notNull())
    .addColumn('advice', 'text', (c) => c.notNull())
    .addColumn('evidence_json', 'text', (c) => c.notNull())
    .addColumn('started_at', 'text', (c) => c.notNull())
    .addColumn('finished_at', 'text', (c) => c.notNull())
    .execute()
  await db.schema
    .createIndex('checks_newest')
    .on('checks')
    .columns(['rotation_id', 'check_id', 'id'])
    .execute()

  await db.schema
    .createTable('exceptions')
    .addColumn('id', id, makeId)
    .addColumn('rotation_id', id, (c) => c.notNull().references('rotations.id'))
    .addColumn('round', 'integer', (c) => c.notNull())
    .addColumn('check_id', 'text', (c) => c.notNull())
    .addColumn('step', 'text', (c) => c.notNull())
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('what', 'text', (c) => c.notNull())
    .addColumn('commands', 'text', (c) => c.notNull())
    .addColumn('proof_json', 'text', (c) => c.notNull())
    .addColumn('user_id', 'text', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .addColumn('done_at', 'text')
    .execute()
  await db.schema.createIndex('exceptions_rotation').on('exceptions').column('rotation_id').execute()

  await db.schema
    .createTable('sign_offs')
    .addColumn('id', id, makeId)
    .addColumn('rotation_id', id, (c) => c.notNull().references('rotations.id'))
    .addColumn('round', 'integer', (c) => c.notNull())
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('decision', 'text', (c) =>
      c.notNull().check(sql`decision in ('approved', 'rejected', 'withdrawn')`),
    )
    .addColumn('user_id', 'text', (c) => c.notNull())
    .addColumn('delegate_of', 'text')
    .addColumn('at', 'text', (c) => c.notNull())
    .addColumn('digest', 'text', (c) => c.notNull())
    .addColumn('comment', 'text', (c) => c.notNull())
    .addColumn('reopened_json', 'text', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('sign_offs_rotation').on('sign_offs').column('rotation_id').execute()
  // One approval for each role and round, and one role for each person.
  await sql`create unique index sign_offs_role on sign_offs (rotation_id, round, role) where decision = 'approved'`.execute(
    db,
  )
  await sql`create unique index sign_offs_person on sign_offs (rotation_id, round, user_id) where decision = 'approved'`.execute(
    db,
  )
}

/** What was shown to whom before they signed. */
async function createShownSignOffs(db: Kysely<unknown>): Promise<void> {
  const { id, makeId } = columnTypes(db)
  await db.schema
    .createTable('shown_sign_offs')
    .addColumn('id', id, makeId)
    .addColumn('rotation_id', id, (c) => c.notNull().references('rotations.id'))
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('user_id', 'text', (c) => c.notNull())
    .addColumn('delegate_of', 'text')
    .addColumn('digest', 'text', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .execute()
  await db.schema
    .createIndex('shown_sign_offs_digest')
    .on('shown_sign_offs')
    .columns(['rotation_id', 'digest'])
    .execute()
}

async function createEvents(db: Kysely<unknown>): Promise<void> {
  const { id, big } = columnTypes(db)
  await db.schema
    .createTable('events')
    .addColumn('count', big, (c) => c.primaryKey())
    .addColumn('rotation_id', id, (c) => c.references('rotations.id'))
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .addColumn('data_json', 'text', (c) => c.notNull())
    .addColumn('record_json', 'text')
    .addColumn('previous_hash', 'text', (c) => c.notNull().unique())
    .addColumn('hash', 'text', (c) => c.notNull())
    .execute()
  await db.schema
    .createIndex('events_of_rotation')
    .on('events')
    .columns(['rotation_id', 'type', 'at'])
    .execute()
  // One row: whoever appends locks it, and a cut tail of events shows.
  await db.schema
    .createTable('chain_head')
    .addColumn('id', 'integer', (c) => c.primaryKey().check(sql`id = 1`))
    .addColumn('count', big, (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .execute()
  await sql`insert into chain_head (id, count, hash) values (1, 0, ${sql.lit('0'.repeat(64))})`.execute(db)
  await db.schema
    .createTable('chain_checkpoints')
    .addColumn('count', big, (c) => c.primaryKey())
    .addColumn('hash', 'text', (c) => c.notNull())
    .addColumn('verified_at', 'text', (c) => c.notNull())
    .execute()
  if (isPostgres(db)) await makeAppendOnlyInPostgres(db)
  else await makeAppendOnlyInSqlite(db)
}

async function makeAppendOnlyInSqlite(db: Kysely<unknown>): Promise<void> {
  // `insert or replace` would bypass the other two triggers.
  await sql`create trigger events_only_append before insert on events
    when exists (select 1 from events where count >= new.count or previous_hash = new.previous_hash)
    begin select raise(abort, 'events are append-only'); end`.execute(db)
  for (const change of ['update', 'delete'])
    await sql`create trigger ${sql.ref(`events_no_${change}`)} before ${sql.raw(change)} on events
      begin select raise(abort, 'events are append-only'); end`.execute(db)
}

async function makeAppendOnlyInPostgres(db: Kysely<unknown>): Promise<void> {
  await sql`create function refuse_change_of_events() returns trigger language plpgsql as
    $$ begin raise exception 'events are append-only'; end $$`.execute(db)
  await sql`create function append_events_only() returns trigger language plpgsql as $$ begin
      if exists (select 1 from events where count >= new.count or previous_hash = new.previous_hash)
      then raise exception 'events are append-only'; end if;
      return new;
    end $$`.execute(db)
  await sql`create trigger events_only_append before insert on events
    for each row execute function append_events_only()`.execute(db)
  for (const change of ['update', 'delete', 'truncate'])
    await sql`create trigger ${sql.ref(`events_no_${change}`)} before ${sql.raw(change)} on events
      for each statement execute function refuse_change_of_events()`.execute(db)
}

async function createOutbox(db: Kysely<unknown>): Promise<void> {
  const { id, makeId, big } = columnTypes(db)
  await db.schema
    .createTable('outbox_jobs')
    .addColumn('id', id, makeId)
    .addColumn('key', 'text', (c) => c.notNull().unique())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('rotation_id', id, (c) => c.references('rotations.id'))
    .addColumn('ordering_key', 'text', (c) => c.notNull())
    .addColumn('collapse_key', 'text')
    .addColumn('payload_json', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('is_first', 'integer')
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('next_at', big, (c) => c.notNull())
    .addColumn('lease_until', big)
    .addColumn('lease_holder', 'text')
    .addColumn('result_json', 'text')
    .addColumn('problem', 'text')
    .addColumn('limited_until', 'text')
    .addColumn('sent_at', 'text')
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addColumn('done_at', 'text')
    .execute()
  // What is open is found by a null: an index on a list of states is not used with bound values.
  await sql`create index outbox_jobs_due on outbox_jobs (next_at, id) where is_first is not null`.execute(db)
  await sql`create index outbox_jobs_leased on outbox_jobs (lease_holder) where lease_holder is not null`.execute(
    db,
  )
  await sql`create index outbox_jobs_open_keys on outbox_jobs (ordering_key, id) where done_at is null`.execute(
    db,
  )
  await sql`create index outbox_jobs_open_kinds on outbox_jobs (kind) where done_at is null`.execute(db)
  await sql`create index outbox_jobs_open_edits on outbox_jobs (collapse_key, id) where done_at is null and collapse_key is not null`.execute(
    db,
  )
  await db.schema.createIndex('outbox_jobs_kinds').on('outbox_jobs').columns(['kind', 'id']).execute()
  await db.schema
    .createIndex('outbox_jobs_rotation')
    .on('outbox_jobs')
    .columns(['rotation_id', 'kind', 'id'])
    .execute()
  await sql`create index outbox_jobs_unbound on outbox_jobs (done_at) where rotation_id is null`.execute(db)
  if (isPostgres(db)) await notifyOfJobs(db)

  await db.schema
    .createTable('scheduled_tasks')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('next_at', big, (c) => c.notNull())
    .addColumn('lease_until', big)
    .addColumn('lease_holder', 'text')
    .execute()

  await db.schema
    .createTable('messages')
    .addColumn('rotation_id', id, (c) => c.notNull().references('rotations.id'))
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('channel', 'text', (c) => c.notNull())
    .addColumn('ts', 'text', (c) => c.notNull())
    .addColumn('permalink', 'text')
    .addPrimaryKeyConstraint('messages_key', ['rotation_id', 'kind'])
    .execute()

  await db.schema
    .createTable('home_viewers')
    .addColumn('user_id', 'text', (c) => c.primaryKey())
    .addColumn('opened_at', big, (c) => c.notNull())
    .execute()

  await db.schema
    .createTable('pictures')
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('digest', 'text', (c) => c.notNull())
    .addColumn('file_id', 'text')
    .addColumn('uploads', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('pictures_key', ['name', 'digest'])
    .execute()
  await db.schema.createIndex('pictures_digest').on('pictures').column('digest').execute()
  await db.schema.createIndex('pictures_file').on('pictures').column('file_id').execute()
}

/** Other processes hear of new jobs when they are committed. */
async function notifyOfJobs(db: Kysely<unknown>): Promise<void> {
  await sql`create function notify_of_jobs() returns trigger language plpgsql as
    $$ begin perform pg_notify('rotation_jobs', ''); return null; end $$`.execute(db)
  await sql`create trigger outbox_jobs_notify after insert on outbox_jobs
    for each statement execute function notify_of_jobs()`.execute(db)
}

/** Old versions until proven revoked, and escalations. */
async function createRevocations(db: Kysely<unknown>): Promise<void> {
  const { id, makeId } = columnTypes(db)
  await db.schema
    .createTable('revocations')
    .addColumn('id', id, makeId)
    .addColumn('rotation_id', id, (c) => c.notNull().references('rotations.id'))
    .addColumn('secret', 'text', (c) => c.notNull())
    .addColumn('agent', 'text', (c) => c.notNull())
    .addColumn('environment', 'text', (c) => c.notNull())
    .addColumn('version_id', 'text', (c) => c.notNull())
    .addColumn('replaced_by', 'text', (c) => c.notNull())
    .addColumn('replaced_at', 'text', (c) => c.notNull())
    .addColumn('due_at', 'text', (c) => c.notNull())
    .addColumn('promised_by', 'text')
    .addColumn('promise_seen_at', 'text')
    .addColumn('state', 'text', (c) =>
      c.notNull().check(sql`state in ('waiting', 'proven', 'recorded', 'in-use', 'rolled-back')`),
    )
    .addColumn('resolved_at', 'text')
    .addColumn('resolved_by', 'text')
    .addColumn('proof', 'text')
    .addColumn('last_checked_at', 'text')
    .addColumn('problem', 'text')
    .addColumn('escalated_at', 'text')
    .addColumn('revoker', 'text', (c) => c.notNull().check(sql`revoker in ('bot', 'workflow')`))
    .addColumn('leaked_in', id, (c) => c.references('rotations.id'))
    .addColumn('taken_over_by', id, (c) => c.references('rotations.id'))
    .addColumn('issuer', 'text', (c) => c.check(sql`issuer in ('live', 'disabled', 'destroyed')`))
    .addColumn('issuer_at', 'text')
    .addColumn('verified_at', 'text')
    .addColumn('extended_until', 'text')
    .addColumn('forced_by', 'text')
    .addColumn('forced_at', 'text')
    .addColumn('stage', 'text')
    .addColumn('stage_note', 'text')
    .addColumn('seen_alive_at', 'text')
    .addColumn('watched_until', 'text')
    .addUniqueConstraint('revocations_once', ['rotation_id', 'secret', 'version_id'])
    .execute()
  await sql`create index revocations_watched on revocations (id) where watched_until is not null`.execute(db)
  await sql`create index revocations_open on revocations (id) where resolved_at is null`.execute(db)
  for (const column of ['leaked_in', 'taken_over_by'])
    await db.schema.createIndex(`revocations_${column}`).on('revocations').column(column).execute()

  await db.schema
    .createTable('escalations')
    .addColumn('id', id, makeId)
    .addColumn('rotation_id', id, (c) => c.references('rotations.id'))
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('cause', 'text', (c) => c.notNull())
    .addColumn('occurrence', 'text', (c) => c.notNull())
    .addColumn('severity', 'text', (c) => c.notNull())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('notifies', 'integer', (c) => c.notNull())
    .addColumn('page_key', 'text', (c) => c.notNull().unique())
    .addColumn('opened_by', 'text', (c) => c.notNull())
    .addColumn('opened_at', 'text', (c) => c.notNull())
    .addColumn('acknowledged_at', 'text')
    .addColumn('acknowledged_by', 'text')
    .addColumn('resolved_at', 'text')
    .addColumn('resolved_reason', 'text')
    .addColumn('page_state', 'text')
    .addColumn('page_url', 'text')
    // Pages each occurrence once, also under concurrency and after restarts.
    .addUniqueConstraint('escalations_once', ['subject', 'cause', 'occurrence'])
    .execute()
  await sql`create index escalations_open on escalations (id) where resolved_at is null`.execute(db)
  await db.schema.createIndex('escalations_rotation').on('escalations').column('rotation_id').execute()
}

async function createReminders(db: Kysely<unknown>): Promise<void> {
  const { id, makeId } = columnTypes(db)
  await db.schema
    .createTable('seen_tokens')
    .addColumn('secret', 'text', (c) => c.primaryKey())
    .addColumn('agent', 'text', (c) => c.notNull())
    .addColumn('environment', 'text', (c) => c.notNull())
    .addColumn('owner', 'text', (c) => c.notNull())
    .addColumn('cadence_days', 'integer', (c) => c.notNull())
    .addColumn('current_since', 'text')
    .addColumn('read_at', 'text')
    .addColumn('unread_since', 'text')
    .addColumn('problem', 'text')
    .execute()

  await db.schema
    .createTable('reminders')
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('due', 'text', (c) => c.notNull())
    .addColumn('claimed_at', 'text', (c) => c.notNull())
    .addColumn('job_key', 'text')
    // Sends each reminder once, also under concurrency.
    .addPrimaryKeyConstraint('reminders_once', ['kind', 'subject', 'due'])
    .execute()
  await db.schema.createIndex('reminders_due').on('reminders').column('due').execute()
  await db.schema.createIndex('reminders_kind').on('reminders').columns(['kind', 'due']).execute()
  await db.schema.createIndex('reminders_job').on('reminders').column('job_key').execute()

  await db.schema
    .createTable('snoozes')
    .addColumn('id', id, makeId)
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('until', 'text', (c) => c.notNull())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('user_id', 'text', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('snoozes_until').on('snoozes').column('until').execute()
}

async function createPeople(db: Kysely<unknown>): Promise<void> {
  const { id, makeId } = columnTypes(db)
  await db.schema
    .createTable('people')
    .addColumn('user_id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .execute()

  await db.schema
    .createTable('delegations')
    .addColumn('id', id, makeId)
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('from_id', 'text', (c) => c.notNull())
    .addColumn('to_id', 'text', (c) => c.notNull())
    .addColumn('last_day', 'text', (c) => c.notNull())
    .addColumn('until', 'text', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .addColumn('ended_at', 'text')
    .execute()
  await db.schema.createIndex('delegations_until').on('delegations').column('until').execute()

  await db.schema
    .createTable('settings')
    .addColumn('key', 'text', (c) => c.primaryKey())
    .addColumn('value_json', 'text', (c) => c.notNull())
    .execute()
}

/** Interactions that were taken, by Slack's id of them. */
async function createInbox(db: Kysely<unknown>): Promise<void> {
  const { big } = columnTypes(db)
  await db.schema
    .createTable('inbox')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('taken_at', big, (c) => c.notNull())
    .addColumn('answer_json', 'text', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('inbox_taken').on('inbox').column('taken_at').execute()
}
