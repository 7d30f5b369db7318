import { type QueryResult, type RawBuilder, sql } from 'kysely'
import type { PresentBot } from '#domain/ports/present-bots'
import { DatabaseProblem } from './database-problem.ts'
import { analyze, findLastIds, findPresent, inSnapshot, isPostgresUrl, setLastIds } from './dialect.ts'
import { excluded } from './excluded.ts'
import { openDatabase } from './open-database.ts'
import { findChainHead } from './queries/events.ts'
import { readDatabase } from './read-database.ts'
import type { Db, Schema } from './schema.ts'
import { isOpenElsewhere } from './sqlite/is-open-elsewhere.ts'
import { inTransaction } from './transaction.ts'
import { verifyChain } from './verify-chain.ts'

/** Every table with the columns of its key; a table that others refer to is before them. */
const KEYS = {
  rotations: ['id'],
  counters: ['name'],
  tokens: ['rotation_id', 'secret'],
  steps: ['rotation_id', 'step'],
  checks: ['id'],
  signOffs: ['id'],
  shownSignOffs: ['id'],
  exceptions: ['id'],
  escalations: ['id'],
  runs: ['rotation_id', 'kind', 'attempt'],
  foundRuns: ['run_id'],
  events: ['count'],
  chainHead: ['id'],
  chainCheckpoints: ['count'],
  outboxJobs: ['id'],
  messages: ['rotation_id', 'kind'],
  scheduledTasks: ['name'],
  revocations: ['id'],
  settings: ['key'],
  people: ['user_id'],
  homeViewers: ['user_id'],
  pictures: ['name', 'digest'],
  seenTokens: ['secret'],
  reminders: ['kind', 'subject', 'due'],
  snoozes: ['id'],
  delegations: ['id'],
  inbox: ['id'],
} as const satisfies Record<keyof Schema, readonly string[]>

const TABLES = Object.keys(KEYS) as (keyof Schema)[]
/** A migration gives these tables their rows. */
const SEEDED: readonly (keyof Schema)[] = ['counters', 'chainHead']
/** Both databases limit how many values a statement may have. */
const ROWS_AT_ONCE = 500

export interface Copied {
  tables: number
  rows: number
  events: number
}

/**
 * Copies everything from one database into an empty one, in one transaction, and verifies the number of rows and the hash chain
 * on both sides before it commits.
 *
 * @param from as `openDatabase` takes it; read only
 * @param to as `openDatabase` takes it; gets its tables
 * @throws DatabaseProblem when a bot runs on the source, the target is not empty, or the two differ; then nothing is copied
 */
export async function copyDatabase(from: string, to: string): Promise<Copied> {
  await assertUnused(from)
  const target = await openDatabase(to)
  try {
    return await readDatabase(from, (source) =>
      inSnapshot(source, (reading) => inTransaction(target, (tx) => copyAll(reading, tx))),
    )
  } finally {
    await target.destroy()
  }
}

/** What a bot writes from now on would be missing in the copy, and it would go on beside the bots of the copy. */
async function assertUnused(database: string): Promise<void> {
  const use = isPostgresUrl(database)
    ? describeBots(await readDatabase(database, findPresent))
    : isOpenElsewhere(database) && 'Another process has the source open, as a running bot does'
  if (use)
    throw new DatabaseProblem(
      `${use}. Stop the bot first, and see that nothing starts it again: what it writes would be missing in the copy.`,
    )
}

const describeBots = (bots: PresentBot[]): string | false =>
  bots.length > 0 && `Bots run on the source: ${bots.map(({ name }) => name).join(', ')}`

async function copyAll(source: Db, target: Db): Promise<Copied> {
  await assertEmpty(target)
  let rows = 0
  for (const table of TABLES) {
    await copyTable(source, target, table)
    const [read, written] = [await countRows(source, table), await countRows(target, table)]
    if (read !== written)
      throw new DatabaseProblem(`The table ${table} has ${read} rows, but ${written} arrived in the copy.`)
    rows += written
  }
  await setLastIds(target, await findLastIds(source))
  for (const [side, db] of [
    ['source', source],
    ['copy', target],
  ] as const) {
    const { problem } = await verifyChain(db)
    if (problem) throw new DatabaseProblem(`The history in the ${side} is not intact: ${problem}.`)
  }
  const [head, copied] = [await findChainHead(source), await findChainHead(target)]
  if (head.hash !== copied.hash || head.count !== copied.count)
    throw new DatabaseProblem('The history in the copy ends with another event than the source.')
  await analyze(target, TABLES)
  return { tables: TABLES.length, rows, events: copied.count }
}

async function assertEmpty(target: Db): Promise<void> {
  for (const table of TABLES.filter((each) => !SEEDED.includes(each)))
    if ((await countRows(target, table)) > 0)
      throw new DatabaseProblem(
        `The target is not empty: its table ${table} has rows. Name a new file or an empty database; nothing was changed.`,
      )
}

async function countRows(db: Db, table: keyof Schema): Promise<number> {
  const { rows }: { rows: number } = await db
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow()
  return rows
}

type TableRow = Record<string, unknown>

async function copyTable(source: Db, target: Db, table: keyof Schema): Promise<void> {
  const key = KEYS[table]
  const columns = sql.join(key.map((column) => sql.ref(column)))
  let last: readonly unknown[] | null = null
  for (;;) {
    const after: RawBuilder<unknown> = last ? sql`where (${columns}) > (${sql.join([...last])})` : sql``
    const query = sql<TableRow>`select * from ${sql.table(table)} ${after} order by ${columns} limit ${ROWS_AT_ONCE}`
    const { rows }: QueryResult<TableRow> = await query.execute(source)
    const [first] = rows
    const end = rows.at(-1)
    if (!first || !end) return
    const inKey = key.map(inCamelCase)
    const insert = target.insertInto(table).values(rows as never)
    const insertion = SEEDED.includes(table)
      ? insert.onConflict((oc) => oc.columns(inKey as never).doUpdateSet(excluded(first, inKey) as never))
      : insert
    await insertion.execute()
    last = inKey.map((column) => end[column])
  }
}

const inCamelCase = (column: string): string =>
  column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
