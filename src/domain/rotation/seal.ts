import type { KeyObject } from 'node:crypto'
import { createHash, createPublicKey, sign, verify } from 'node:crypto'
import { canonicalJson } from '#domain/canonical-json'
import { sha256 } from './evidence.ts'
import type { LogRow, RowCells } from './log-file.ts'
import { COLUMNS, EMPTY } from './rotation-log.ts'

/** Where a log is. Part of what is signed, so that a row proves nothing in another log. */
export interface LogPlace {
  /** `owner/name` */
  repository: string
  branch: string
  path: string
}

/** A key that seals rows: an Ed25519 pair. */
export interface SigningKey {
  /** As in the column `seal`. */
  id: string
  privateKey: KeyObject
  publicKey: KeyObject
}

/** What the column `seal` holds: who signed, onto which row. */
export interface Seal {
  key: string
  /** `logHash` of the rows above. */
  before: string
  /** Ed25519, base64url. */
  signature: string
}

/** The hash of the rows above the first row. */
export const NO_ROW = '0'.repeat(64)

const SEAL = /^([0-9a-f]{16}):([0-9a-f]{64}):([\w-]{86})$/

/** The first 16 hex digits of the SHA-256 of the public key's DER form (SPKI). */
export const keyId = (publicKey: KeyObject): string =>
  createHash('sha256')
    .update(publicKey.export({ format: 'der', type: 'spki' }))
    .digest('hex')
    .slice(0, 16)

export function signingKey(privateKey: KeyObject): SigningKey {
  const publicKey = createPublicKey(privateKey)
  return { id: keyId(publicKey), privateKey, publicKey }
}

/** The id of a public key in PEM form; null where the text holds no Ed25519 public key. */
export function publicKeyId(pem: string): string | null {
  try {
    const key = createPublicKey(pem)
    return key.asymmetricKeyType === 'ed25519' && !pem.includes('PRIVATE KEY') ? keyId(key) : null
  } catch {
    return null
  }
}

/** The 32 bytes of a public key, base64url, as a row `key-changed` names it. */
export const publicKeyText = (publicKey: KeyObject): string => publicKey.export({ format: 'jwk' }).x ?? ''

/** The seals in a cell, in order; none where it is empty, null where it holds anything else. */
export function parseSeals(cell: string): Seal[] | null {
  if (cell === '' || cell === EMPTY) return []
  const seals = cell.split(' ').map((text) => {
    const [, key = '', before = '', signature = ''] = SEAL.exec(text) ?? []
    return { key, before, signature }
  })
  return seals.every(({ key }) => key !== '') ? seals : null
}

/** As `parseSeals`, of a row. */
export const sealsOf = (row: LogRow): Seal[] | null => parseSeals(row.cells.get('seal') ?? '')

const formatSeal = ({ key, before, signature }: Seal): string => `${key}:${before}:${signature}`

/** The texts of the contract's columns; an entity can spell half of a surrogate pair, which no JSON holds. */
const cellsOf = (row: LogRow): Record<string, string> =>
  Object.fromEntries(COLUMNS.map((name) => [name, (row.cells.get(name.toLowerCase()) ?? '').toWellFormed()]))

/** The hash of a row and of all rows above it. @param before the hash of the rows above */
export const rowHash = (before: string, row: LogRow): string => sha256(canonicalJson([before, cellsOf(row)]))

/** The hash of a log's rows, from the first. */
export const logHash = (rows: readonly LogRow[]): string => rows.reduce(rowHash, NO_ROW)

/** What a seal signs. */
export const signedText = (place: LogPlace, before: string, cells: RowCells): string =>
  canonicalJson(['rotation-log/v1', place.repository, place.branch, place.path, before, cells])

/** Signs a row with each key. @param above the rows above it */
export function sealRow(
  place: LogPlace,
  above: readonly LogRow[],
  cells: RowCells,
  keys: readonly SigningKey[],
): string {
  const before = logHash(above)
  const text = Buffer.from(signedText(place, before, cells))
  return keys
    .map(({ id, privateKey }) =>
      formatSeal({ key: id, before, signature: sign(null, text, privateKey).toString('base64url') }),
    )
    .join(' ')
}

/** Whether a seal of this key is the row's own. @param before the hash of the rows above it, as they are */
export function isSealedBy(
  place: LogPlace,
  before: string,
  row: LogRow,
  seal: Seal,
  key: KeyObject,
): boolean {
  if (seal.before !== before || seal.key !== keyId(key)) return false
  const { seal: _, ...cells } = cellsOf(row)
  const text = Buffer.from(signedText(place, before, cells as RowCells))
  return verify(null, text, key, Buffer.from(seal.signature, 'base64url'))
}
