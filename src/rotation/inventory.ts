import { sha256 } from './evidence.ts'
import { currentVersion, type Secret, type SecretReading } from './secret.ts'

const CSV_COLUMNS = [
  'secret',
  'environment',
  'agent',
  'owner',
  'created',
  'last rotated',
  'current version',
  'live versions',
  'expiry',
  'problem',
] as const

/** The token list as CSV (RFC 4180), one line a secret, by name. Holds metadata only. */
export function inventoryCsv(readings: SecretReading[]): string {
  const rows = [...readings].sort((a, b) => a.name.localeCompare(b.name)).map(csvRow)
  return [CSV_COLUMNS, ...rows]
    .map((row) => row.map(csvCell).join(','))
    .join('\r\n')
    .concat('\r\n')
}

function csvRow({ name, secret, problem }: SecretReading): string[] {
  const current = secret ? currentVersion(secret) : undefined
  return [
    name,
    secret?.tags.env ?? '',
    secret?.tags.scope ?? '',
    secret?.tags.owner ?? '',
    secret?.createdAt ?? '',
    current?.createdAt ?? '',
    current?.id ?? '',
    String(secret?.versions.filter((version) => version.state === 'live').length ?? ''),
    secret?.tags.expiry ?? '',
    problem ?? '',
  ]
}

// A cell that begins with one of these is a formula to a spreadsheet.
const FORMULA = /^[=+\-@\t\r]/

function csvCell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Short digest that names one state of the list. */
export const inventoryDigest = (csv: string): string => sha256(csv).slice(0, 12)

/** What the runbook's Inventory Review asks of every token and this secret lacks; empty when complete. */
export function metadataGaps(secret: Secret, environment: string): string[] {
  const gaps: string[] = []
  if (!secret.tags.owner) gaps.push('owner')
  if (!secret.tags.env) gaps.push('environment')
  else if (secret.tags.env !== environment) gaps.push(`environment (tag says ${secret.tags.env})`)
  if (secret.createdAt <= EPOCH) gaps.push('creation time')
  if (!currentVersion(secret)) gaps.push('last rotated time')
  return gaps
}

const EPOCH = new Date(0).toISOString()
