import type { Kysely } from 'kysely'

/** Failing lines of a step's runs, before the step is completed. */
export const up = (db: Kysely<unknown>): Promise<void> =>
  db.schema
    .alterTable('steps')
    .addColumn('quotes_json', 'text', (c) => c.notNull().defaultTo('[]'))
    .execute()
