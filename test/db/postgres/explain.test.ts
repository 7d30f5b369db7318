import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Db } from '#db/schema'
import { findWholeReads } from '#test/support/explain-postgres'
import { GROWING, sendStatements } from '#test/support/statements-of-rotations'
import type { Workspace } from '#test/support/workspace'

const ALLOWED = [
  // `followTables`, at the first start.
  /^select \* from "\w+"$/,
  // The past year, which is kept until a rotation is closed: PostgreSQL merges few rotations with their tokens in order.
  /from "rotations" as "r" left join "tokens" as "t" .* where "r"."closed_at" >= /,
]

let workspace: Workspace
let db: Db
let statements: ReadonlyMap<string, readonly unknown[]>

beforeAll(async () => {
  const sent = await sendStatements()
  workspace = sent.workspace
  statements = sent.statements
  db = workspace.bot.context.db
}, 300_000)
afterAll(() => workspace.close())

it('the statements of whole rotations have an index for each table that grows', async () => {
  expect(statements.size).toBeGreaterThan(100)
  const found = await findWholeReads(db, statements, GROWING)
  expect(found.filter((each) => !ALLOWED.some((allowed) => allowed.test(each.sql)))).toEqual([])
})

it('a statement without one is found', async () => {
  await sql`drop index outbox_jobs_due`.execute(db)
  const found = await findWholeReads(db, statements, GROWING)
  expect(found.map((each) => each.table)).toContain('outbox_jobs')
})
