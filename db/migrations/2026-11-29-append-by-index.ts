import { type Kysely, sql } from 'kysely'
import { isPostgres } from './column-types.ts'

/**
 * PostgreSQL read the whole history for each new event: it took the two conditions, joined by “or”, for ones that the first rows
 * meet. Apart, each is looked up in an index. SQLite always used both.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  if (!isPostgres(db)) return
  await sql`create or replace function append_events_only() returns trigger language plpgsql as $$ begin
      if new.count <= (select max(count) from events)
        or exists (select 1 from events where previous_hash = new.previous_hash)
      then raise exception 'events are append-only'; end if;
      return new;
    end $$`.execute(db)
}
