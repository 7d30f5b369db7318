import type { Kysely } from 'kysely'

/** A version can be tracked for several rotations, and what proves its end for one of them proves it for all. */
export const up = (db: Kysely<unknown>): Promise<void> =>
  db.schema.createIndex('revocations_version').on('revocations').column('version_id').execute()
