import type { KnownBlock, TableBlock } from '@slack/types'
import type { Instant, Rotation } from '#domain/rotation/rotation'
import { type InventoryRow, inventoryRow } from '#domain/tokens/inventory'
import { environmentsOf, inDeploymentOrder } from '#domain/tokens/scope'
import type { SecretReading } from '#domain/tokens/secret'
import { actions, button, context, type Message, section } from './blocks.ts'
import { ACTIONS } from './ids.ts'
import { MESSAGE_BUDGET } from './limits.ts'
import { jsonBytes, packGroups } from './pack.ts'
import { escapeUntrusted, list, plural, sanitizePlainText } from './text.ts'
import { threadLead } from './thread.ts'
import { utcDay, when } from './times.ts'

/** Slack's limit of rows in a table block, header included. */
const TABLE_ROWS = 100
const TABLE_BYTES = MESSAGE_BUDGET * 0.7
const PROBLEMS_BYTES = MESSAGE_BUDGET * 0.5
const PROBLEM_BLOCKS = 4
const ENVIRONMENTS = 20
const CELL = 60

/** `/rotation inventory`: the secrets in the secrets manager, and a button that sends them as CSV. */
export function inventory(
  readings: SecretReading[],
  now: Instant,
  environments: readonly { name: string }[],
): Message {
  const rows = rowsOf(readings, now, environments)
  const first = `*Secrets in the secrets manager* · ${countWords(rows)}`
  return {
    text: `Secrets in the secrets manager: ${countWords(rows)}.`,
    blocks: [
      section(first),
      ...(rows.length > 0 ? tables(rows) : [section('There is no secret under the configured prefix.')]),
      ...actions([button('Export CSV', ACTIONS.exportInventory, 'inventory')], 'inventory-actions'),
      ...context([`As of ${when(now)}. The CSV is sent to you as a direct message.`]),
    ],
  }
}

/** The message in the rotation's thread that goes with the exported list. */
export function inventoryExport(
  rotation: Pick<Rotation, 'id' | 'trigger' | 'severity'>,
  readings: SecretReading[],
  now: Instant,
  environments: readonly { name: string }[],
): Message {
  const rows = rowsOf(readings, now, environments)
  const first = `${threadLead(rotation)}Token list: ${countWords(rows)}`
  return { text: first, blocks: [section(first), ...(rows.length > 0 ? tables(rows) : [])] }
}

/** @param environments of the config, in its order */
const rowsOf = (
  readings: SecretReading[],
  now: Instant,
  environments: readonly { name: string }[],
): InventoryRow[] =>
  inDeploymentOrder(
    readings.map((reading) => inventoryRow(reading, now)).sort((a, b) => a.secret.localeCompare(b.secret)),
    environments,
  )

const hasProblem = ({ problem }: InventoryRow): boolean => problem !== ''

function countWords(rows: InventoryRow[]): string {
  const troubled = rows.filter(hasProblem).length
  return `${plural(rows.length, 'secret')}, ${troubled === 0 ? 'all with complete metadata' : `${troubled} with a problem`}`
}

/** All secrets if they fit; otherwise counts by environment and the names of those with a problem. */
function tables(rows: InventoryRow[]): KnownBlock[] {
  const whole = table(COLUMNS, rows)
  if (whole.rows.length <= TABLE_ROWS && jsonBytes(whole) <= TABLE_BYTES) return [whole]
  return [countTable(rows), ...problemBlocks(rows.filter(hasProblem))]
}

type Column<Row> = [title: string, text: (row: Row) => string]

const date = (instant: Instant | null): string => (instant ? utcDay(instant) : '')

const COLUMNS: Column<InventoryRow>[] = [
  ['Environment', (row) => row.environment],
  ['Agent', (row) => row.agent],
  ['Owner', (row) => row.owner],
  ['Version', (row) => (row.version.length > 16 ? row.version.slice(0, 8) : row.version)],
  ['Rotated', (row) => date(row.rotatedAt)],
  ['Created', (row) => date(row.createdAt)],
  ['Live', (row) => (row.live === null ? '' : String(row.live))],
  ['Problem', (row) => row.problem],
  ['Secret', (row) => row.secret],
]

function table<Row>(columns: Column<Row>[], rows: Row[]): TableBlock {
  const cell = (text: string) => ({ type: 'raw_text' as const, text: sanitizePlainText(text, CELL) })
  return {
    type: 'table',
    rows: [
      columns.map(([title]) => cell(title)),
      ...rows.map((row) => columns.map(([, text]) => cell(text(row)))),
    ],
  }
}

function countTable(rows: InventoryRow[]): TableBlock {
  const environments = environmentsOf(rows)
  const named = environments.slice(0, ENVIRONMENTS)
  const groups = named.map((name) => ({ name, held: rows.filter((row) => row.environment === name) }))
  const others = rows.filter((row) => !named.includes(row.environment))
  if (others.length > 0) groups.push({ name: `${environments.length - named.length} others`, held: others })
  const oldest = (held: InventoryRow[]) => held.flatMap((row) => row.rotatedAt ?? []).sort()[0] ?? null
  return table<(typeof groups)[number]>(
    [
      ['Environment', ({ name }) => name],
      ['Secrets', ({ held }) => String(held.length)],
      ['Agents', ({ held }) => String(new Set(held.map((row) => row.agent)).size)],
      ['Owners', ({ held }) => String(new Set(held.map((row) => row.owner)).size)],
      ['Rotated longest ago', ({ held }) => date(oldest(held))],
      ['With a problem', ({ held }) => String(held.filter(hasProblem).length)],
    ],
    groups,
  )
}

function problemBlocks(rows: InventoryRow[]): KnownBlock[] {
  if (rows.length === 0) return []
  const byProblem = [...Map.groupBy(rows, (row) => row.problem)]
  const lines = byProblem.map(([problem, held]) => {
    const names = list(
      held.map((row) => escapeUntrusted(row.secret, 100)),
      5,
    )
    return `⚠ *${plural(held.length, 'secret')}:* ${escapeUntrusted(problem, 300)}: ${names}`
  })
  const { blocks, left } = packGroups([lines], { blocks: PROBLEM_BLOCKS, bytes: PROBLEMS_BYTES })
  return [...blocks, ...(left.length > 0 ? [section(`and ${plural(left.length, 'other problem')}`)] : [])]
}
