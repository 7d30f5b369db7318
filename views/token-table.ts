import { agentsOf, environmentsOf } from '#domain/tokens/scope'
import { type Freshness, freshness, type TokenAge } from '#domain/tokens/token-age'
import { escapeText, sanitizePlainText } from './text.ts'
import { tokenAgeWords } from './token-age-words.ts'

/** A larger grid is not readable on a phone; then counts by environment are shown. */
const GRID_AGENTS = 4
const GRID_ENVIRONMENTS = 8
const CELL = 18

/** Worst first: a cell with several secrets shows the worst one. */
const ORDER: Freshness[] = ['overdue', 'unknown', 'due-soon', 'fresh']

const WORDS: Record<Freshness, string> = {
  fresh: 'ok',
  'due-soon': 'due soon',
  overdue: 'overdue',
  unknown: 'not read',
}

const nameCell = (name: string): string => sanitizePlainText(name, CELL)

const align = (rows: string[][]): string[] => {
  const columns =
    rows[0]?.map((_, column) => Math.max(...rows.map((row) => [...(row[column] ?? '')].length))) ?? []
  return rows.map((row) =>
    row
      .map((cell, column) => pad(cell, columns[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

const pad = (cell: string, width: number): string => cell + ' '.repeat(Math.max(0, width - [...cell].length))

function ageCell(tokens: TokenAge[]): string {
  const worst = ORDER.flatMap((state) => tokens.filter((token) => freshness(token) === state))[0]
  if (!worst) return '–'
  const age = tokenAgeWords(worst)
  return tokens.length > 1 ? `${age} (of ${tokens.length})` : age
}

function grid(tokens: TokenAge[], environments: string[], agents: string[]): string[][] {
  const cell = (environment: string, agent: string) =>
    ageCell(tokens.filter((token) => token.environment === environment && token.agent === agent))
  return [
    ['', ...agents.map(nameCell)],
    ...environments.map((environment) => [
      nameCell(environment),
      ...agents.map((agent) => cell(environment, agent)),
    ]),
  ]
}

const COUNTED_ENVIRONMENTS = 20

function counts(tokens: TokenAge[], environments: string[]): string[][] {
  const row = (name: string, held: TokenAge[]) => [
    name,
    String(held.length),
    ...ORDER.map((state) => String(held.filter((token) => freshness(token) === state).length)),
  ]
  const named = environments.slice(0, COUNTED_ENVIRONMENTS)
  const others = tokens.filter((token) => !named.includes(token.environment))
  return [
    ['', 'tokens', ...ORDER.map((state) => WORDS[state])],
    ...named.map((environment) =>
      row(
        nameCell(environment),
        tokens.filter((token) => token.environment === environment),
      ),
    ),
    ...(others.length > 0 ? [row(`${environments.length - named.length} others`, others)] : []),
  ]
}

/** Whether the grid with one cell per token fits. */
export const fitsGrid = (tokens: TokenAge[]): boolean =>
  new Set(tokens.map((token) => token.environment)).size <= GRID_ENVIRONMENTS &&
  new Set(tokens.map((token) => token.agent)).size <= GRID_AGENTS

/** Ages by environment and agent as preformatted mrkdwn: a grid for few, counts for many. */
export function tokenTable(tokens: TokenAge[]): string {
  const [environments, agents] = [environmentsOf(tokens), agentsOf(tokens)]
  const rows = fitsGrid(tokens) ? grid(tokens, environments, agents) : counts(tokens, environments)
  const text = align(rows).join('\n').replaceAll('`', 'ˋ')
  return `\`\`\`\n${escapeText(text)}\n\`\`\``
}
