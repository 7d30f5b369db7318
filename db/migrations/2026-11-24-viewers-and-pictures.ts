import type { Kysely } from 'kysely'

/** Who looks at the App Home, the pictures that it shows, and how old a token was when it was renewed. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('tokens').addColumn('previousVersionAt', 'text').execute()
  await db.schema
    .createTable('homeViewers')
    .addColumn('userId', 'text', (c) => c.primaryKey())
    .addColumn('openedAt', 'integer', (c) => c.notNull())
    .execute()
  await db.schema
    .createTable('pictures')
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('digest', 'text', (c) => c.notNull())
    .addColumn('fileId', 'text')
    .addColumn('uploads', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('picturesKey', ['name', 'digest'])
    .execute()
  await db.schema.createIndex('rotationsClosed').on('rotations').column('closedAt').execute()
}
