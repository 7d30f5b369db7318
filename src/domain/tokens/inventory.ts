import { sha256 } from '#domain/rotation/evidence'
import type { Instant } from '#domain/rotation/rotation'
import { INVENTORY_TAGS, missingTags } from './required-tags.ts'
import { currentVersion, ownEnd, type Secret, type SecretReading } from './secret.ts'

export interface InventoryRow {
  secret: string
  environment: string
  agent: string
  owner: string
  version: string
  createdAt: Instant | null
  rotatedAt: Instant | null
  live: number | null
  problem: string
}

export function inventoryRow({ name, secret, problem }: SecretReading, now: Instant): InventoryRow {
  const current = secret ? currentVersion(secret) : undefined
  return {
    secret: name,
    environment: secret?.tags.env ?? '',
    agent: secret?.tags.scope ?? '',
    owner: secret?.tags.owner ?? '',
    version: current?.id ?? '',
    createdAt: secret?.createdAt ?? null,
    rotatedAt: current?.createdAt ?? null,
    live: secret ? liveVersions(secret) : null,
    problem: problem?.replace(`${name}: `, '') ?? (secret ? problemsOf(secret, now).join(', ') : 'not read'),
  }
}

const liveVersions = (secret: Secret): number =>
  secret.versions.filter((version) => version.state === 'live').length

function problemsOf(secret: Secret, now: Instant): string[] {
  const end = ownEnd(secret, now)
  const missing = missingTags(secret.tags, INVENTORY_TAGS)
  return [
    ...(secret.deletedAt ? ['is scheduled for deletion'] : []),
    ...(missing.length > 0 ? [`lacks the tag ${missing.join(', ')}`] : []),
    ...(currentVersion(secret) ? [] : ['has no current version']),
    ...(end === null ? [] : [`the current version ${end}`]),
  ]
}

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

/** The token list as CSV (RFC 4180), metadata only, one line a secret, by name. */
export function inventoryCsv(readings: SecretReading[]): string {
  const rows = [...readings].sort((a, b) => a.name.localeCompare(b.name)).map(csvRow)
  return csvOf([[...CSV_COLUMNS], ...rows])
}

/** Rows of texts as CSV (RFC 4180); no cell is a formula. */
export const csvOf = (rows: readonly (readonly string[])[]): string =>
  rows
    .map((row) => row.map(csvCell).join(','))
    .join('\r\n')
    .concat('\r\n')

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
    secret ? String(liveVersions(secret)) : '',
    secret?.tags.expiry ?? '',
    problem ?? (current?.endsAt ? `the current version ends by itself at ${current.endsAt}` : ''),
  ]
}

/**
 * Spreadsheets take a cell that begins with one of these as a formula, some also behind blanks or quotes or in full width.
 * Where they separate cells by semicolons or tabs, also inside quotes, a cell begins behind each.
 */
const FORMULA =
  /(^|[;|\t\r\n\v\f])(["'\s\u200B-\u200F\u2060]*)(?=[=+\-@\u2212\uFF1D\uFF0B\uFF0D\uFF20\uFE62\uFE63\uFE66\uFE6B])/g

function csvCell(text: string): string {
  const safe = (/^[\t\r]/.test(text) ? `'${text}` : text).replace(FORMULA, "$1$2'")
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export const inventoryDigest = (csv: string): string => sha256(csv).slice(0, 12)

/** Metadata that the runbook's Inventory Review requires and this secret lacks. */
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
