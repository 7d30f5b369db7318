import { CompiledQuery, sql } from 'kysely'
import type { Db } from '#db/schema'
import type { WholeRead } from './explain-sqlite.ts'

/** A node of PostgreSQL's plan, as `explain (format json)` names its fields. */
interface PlanNode {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'Index Cond'?: string
  Plans?: PlanNode[]
}

/**
 * The statements that cannot but read all of one of these tables: PostgreSQL has to avoid it, whatever the size of the table.
 * Reading a partial index is none, nor is an index in its order up to a limit.
 */
export async function findWholeReads(
  db: Db,
  statements: Iterable<readonly [string, readonly unknown[]]>,
  tables: ReadonlySet<string>,
): Promise<WholeRead[]> {
  const partial = await partialIndexes(db)
  return db.connection().execute(async (one) => {
    await sql`set enable_seqscan = off`.execute(one)
    const found: WholeRead[] = []
    try {
      for (const [text, parameters] of statements) {
        if (!/^\s*(select|insert|update|delete|with)\b/i.test(text)) continue
        for (const node of await nodesOf(one, text, parameters)) {
          const table = node['Relation Name']
          if (table && tables.has(table) && isWhole(node, text, partial))
            found.push({ table, line: node['Node Type'], sql: text })
        }
      }
    } finally {
      await sql`reset enable_seqscan`.execute(one)
    }
    return found
  })
}

async function nodesOf(db: Db, text: string, parameters: readonly unknown[]): Promise<PlanNode[]> {
  const plan = CompiledQuery.raw(`explain (format json) ${text}`, [...parameters])
  const { rows } = await db.executeQuery<Record<string, { Plan: PlanNode }[]>>(plan)
  const [root] = Object.values(rows[0] ?? {})[0] ?? []
  return root ? below(root.Plan) : []
}

const below = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(below)]

function isWhole(node: PlanNode, text: string, partial: ReadonlySet<string>): boolean {
  if (node['Node Type'] === 'Seq Scan') return true
  const index = node['Index Name']
  if (index === undefined || node['Index Cond'] !== undefined || partial.has(index)) return false
  return !/\blimit\b/i.test(text)
}

async function partialIndexes(db: Db): Promise<Set<string>> {
  const { rows } = await sql<{ name: string }>`select indexrelid::regclass::text as name from pg_index
    where indpred is not null`.execute(db)
  return new Set(rows.map(({ name }) => name))
}
