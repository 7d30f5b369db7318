import type { Kysely } from 'kysely'

/** What a message shows: the digest of its content, null where nobody knows it. */
export const up = (db: Kysely<unknown>): Promise<void> =>
  db.schema.alterTable('messages').addColumn('shown', 'text').execute()
