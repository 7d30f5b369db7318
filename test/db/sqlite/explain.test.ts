import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '#db/open-database'
import { findWholeReads } from '#test/support/explain-sqlite'
import { GROWING, sendStatements } from '#test/support/statements-of-rotations'
import type { Workspace } from '#test/support/workspace'

/** Statements that walk a table from its newest row and stop at their limit, or are sent once. */
const ALLOWED = [
  // `followTables`, at the first start.
  /^select \* from "\w+"$/,
  // The newest rotations, for the history and the pictures.
  /^select \* from "rotations" order by "id" desc limit/,
  // The newest signed rotations, for the forecast.
  /from "rotations" as "r" where .* order by "r"."id" desc limit/,
]

describe('the statements of whole rotations', () => {
  let workspace: Workspace
  let statements: ReadonlyMap<string, readonly unknown[]>

  beforeAll(async () => {
    const sent = await sendStatements()
    workspace = sent.workspace
    statements = sent.statements
  }, 240_000)
  afterAll(() => workspace.close())

  const read = () => findWholeReads(workspace.bot.context.db, statements, GROWING)

  it('read no table from end to end that grows with every rotation', async () => {
    expect(statements.size).toBeGreaterThan(100)
    const found = (await read()).filter((each) => !ALLOWED.some((allowed) => allowed.test(each.sql)))
    expect(found).toEqual([])
  })

  it('are allowed only where they are sent', () => {
    for (const allowed of ALLOWED)
      expect([...statements.keys()].filter((each) => allowed.test(each))).not.toEqual([])
  })

  it.each([
    ['outbox_jobs_due', 'outbox_jobs'],
    ['outbox_jobs_rotation', 'outbox_jobs'],
    ['outbox_jobs_kinds', 'outbox_jobs'],
    ['escalations_open', 'escalations'],
    ['delegations_until', 'delegations'],
    ['reminders_due', 'reminders'],
    ['pictures_digest', 'pictures'],
    ['rotations_unpruned', 'rotations'],
    ['revocations_open', 'revocations'],
    ['runs_open', 'runs'],
    ['rotations_open', 'rotations'],
    ['events_of_rotation', 'events'],
    ['checks_newest', 'checks'],
  ])('would read all of it without the index %s', async (index, table) => {
    const { db } = workspace.bot.context
    const definition = sql<{ sql: string }>`select sql from sqlite_master where name = ${index}`
    const [made] = (await definition.execute(db)).rows
    await sql`drop index ${sql.ref(index)}`.execute(db)
    try {
      expect((await read()).map((each) => each.table)).toContain(table)
    } finally {
      await sql.raw(made?.sql ?? '').execute(db)
    }
  })
})

it('a statement that joins by an index that SQLite has to build reads all of the table', async () => {
  const db = await openDatabase(':memory:')
  const joined = 'select * from "settings" join "events" as "e" on "e"."data_json" = "settings"."value_json"'
  const found = await findWholeReads(db, [[joined, []]], new Set(['events']))
  expect(found.map((each) => each.table)).toEqual(['events'])
  await db.destroy()
})
