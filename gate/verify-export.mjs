#!/usr/bin/env node
/*
 * Verifies an exported rotation with nothing but Node: `node verify.mjs [--public-key FILE]`. Exit code 0: proven; 3: tampered; 2: cannot tell.
 * docs/audit.md says what is in the export, docs/signing-key.md what a seal is.
 */
import { createHash, createPublicKey, verify } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

/** @typedef {{ count: number, type: string, rotationId: number | null, actor: string, at: string, data: Record<string, unknown>, record: Record<string, string> | null, previousHash: string, hash: string }} Event */
/** @typedef {{ rotation: string, open: boolean, events: Event[], log: { place: { repository: string, branch: string, path: string }, rows: Record<string, string>[] }, records: { digest: string, json: string }[], contents: Record<string, string>, publicKeys: string[] }} Export */

const FOLDER = dirname(fileURLToPath(import.meta.url))

/** @param {unknown} value @returns {string} RFC 8785 */
export function canonicalJson(value) {
  if (Array.isArray(value)) return `[${value.map((each) => canonicalJson(each ?? null)).join(',')}]`
  if (value !== null && typeof value === 'object') {
    const members = Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${members.map(([name, each]) => `${JSON.stringify(name.toWellFormed())}:${canonicalJson(each)}`).join(',')}}`
  }
  return JSON.stringify(typeof value === 'string' ? value.toWellFormed() : value)
}

/** @param {string | Uint8Array} text */
const sha256 = (text) => createHash('sha256').update(text).digest('hex')

/** @param {Event[]} events @returns {string[]} */
function judgeEvents(events) {
  return events.flatMap((event, index) => {
    const { type, rotationId, actor, at, data, record, previousHash, hash } = event
    const body = { type, rotationId, actor, at, data, ...(record && { record }) }
    const before = events[index - 1]
    return [
      ...(sha256(previousHash + canonicalJson(body)) === hash
        ? []
        : [`Event ${event.count} (${type}) does not match its hash`]),
      ...(before && before.count + 1 === event.count && before.hash !== previousHash
        ? [`Event ${event.count} does not follow event ${before.count}`]
        : []),
      ...(before && before.count >= event.count ? [`Event ${event.count} is out of order`] : []),
    ]
  })
}

/** What the tables held, against the newest event that says so. @param {Export} given @returns {string[]} */
function judgeContents({ events, contents }) {
  return Object.entries(contents).flatMap(([table, json]) => {
    const said = events.findLast((event) => event.record?.[table])
    return said?.record?.[table] === sha256(json)
      ? []
      : [`What the table ${table} held is not what the events recorded`]
  })
}

/** @param {Export} given @returns {string[]} */
function judgeRecords({ events, records }) {
  const known = new Map(records.map(({ digest, json }) => [digest, json]))
  const signed = events.filter(({ type }) => type === 'signed-off')
  return [
    ...records.flatMap(({ digest, json }) =>
      sha256(json) === digest ? [] : [`The record ${digest.slice(0, 12)} does not match its digest`],
    ),
    ...signed.flatMap(({ count, data }) =>
      known.has(String(data.digest)) ? [] : [`The record that was signed in event ${count} is missing`],
    ),
  ]
}

const SEAL = /^([0-9a-f]{16}):([0-9a-f]{64}):([\w-]{86})$/
const NO_ROW = '0'.repeat(64)

/** @param {import('node:crypto').KeyObject} key */
const keyId = (key) => sha256(key.export({ format: 'der', type: 'spki' })).slice(0, 16)

/** @param {Export} given @param {Map<string, import('node:crypto').KeyObject>} keys @returns {{ faults: string[], unknown: string[] }} */
function judgeRows({ rotation, events, log: { place, rows } }, keys) {
  /** @type {string[]} */
  const faults = []
  /** @type {string[]} */
  const unknown = []
  let before = NO_ROW
  let isSealed = false
  rows.forEach((row, index) => {
    const { seal = '', ...cells } = row
    const name = `Row ${index + 1} (“${row.event}” of ${row.rotation})`
    const seals = seal === '' || seal === '–' ? [] : seal.split(' ')
    if (isSealed && seals.length === 0) faults.push(`${name} has no seal, and rows above it have`)
    isSealed ||= seals.length > 0
    for (const each of seals) {
      const [, id = '', above, signature = ''] = SEAL.exec(each) ?? []
      const key = keys.get(id)
      const text = canonicalJson([
        'rotation-log/v1',
        place.repository,
        place.branch,
        place.path,
        before,
        cells,
      ])
      if (!key) unknown.push(`${name} is sealed by the key ${id}, which is not given`)
      else if (above !== before || !verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url')))
        faults.push(`${name} does not match its seal, or a row above it was changed`)
    }
    const [count, hash] = (row.head ?? '').split(':')
    const event = events.find((each) => String(each.count) === count)
    if (event && event.hash !== hash) faults.push(`${name} names another event ${count}`)
    if (row.rotation === rotation && !event)
      faults.push(`${name} names event ${count}, which is not in the export`)
    before = sha256(canonicalJson([before, row]))
  })
  if (!isSealed) unknown.push('The log is not signed, so nobody but the bot vouches for it')
  return { faults, unknown }
}

/** The files beside this one, as SHA256SUMS names them. @returns {string[]} */
function judgeFiles() {
  return readFileSync(join(FOLDER, 'SHA256SUMS'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .flatMap((line) => {
      const [, sum, name = ''] = /^([0-9a-f]{64}) {2}([\w.-]+)$/.exec(line) ?? []
      if (!sum) return ['SHA256SUMS cannot be read']
      try {
        return sha256(readFileSync(join(FOLDER, name))) === sum ? [] : [`The file ${name} was changed`]
      } catch {
        return [`The file ${name} is missing`]
      }
    })
}

/** @param {string} pem */
const keysIn = (pem) =>
  (pem.match(/-----BEGIN PUBLIC KEY-----[\s\S]+?-----END PUBLIC KEY-----/g) ?? []).map((block) =>
    createPublicKey(block),
  )

function main() {
  const { values } = parseArgs({ options: { 'public-key': { type: 'string', multiple: true, default: [] } } })
  const name = readdirSync(FOLDER).find((each) => /^R\d+\.json$/.test(each))
  if (!name) throw new Error('there is no R….json beside this file')
  /** @type {Export} */
  const given = JSON.parse(readFileSync(join(FOLDER, name), 'utf8'))
  const own = values['public-key'].map((file) => readFileSync(file, 'utf8'))
  const keys = new Map(
    (own.length > 0 ? own : given.publicKeys).flatMap(keysIn).map((key) => [keyId(key), key]),
  )
  const rows = judgeRows(given, keys)
  const faults = [
    ...judgeFiles(),
    ...judgeEvents(given.events),
    ...judgeContents(given),
    ...judgeRecords(given),
    ...rows.faults,
  ]
  const state = faults.length > 0 ? 'Tampered with' : rows.unknown.length > 0 ? 'Cannot tell' : 'Proven'
  const lines = [...faults, ...rows.unknown].map((each) => `- ${each}.`)
  const notes = [
    ...(own.length > 0
      ? []
      : ['Note: the public key is the export’s own; give yours with --public-key to trust nobody but it.']),
    ...(given.open ? [`Note: ${given.rotation} was still open when it was exported.`] : []),
  ]
  process.stdout.write(
    [
      `${state}: ${given.rotation}, ${given.events.length} events, ${given.log.rows.length} rows, ${given.records.length} signed records.`,
      ...lines,
      ...notes,
      '',
    ].join('\n'),
  )
  process.exitCode = faults.length > 0 ? 3 : rows.unknown.length > 0 ? 2 : 0
}

try {
  main()
} catch (error) {
  process.stderr.write(`Cannot tell: ${error instanceof Error ? error.message : String(error)}.\n`)
  process.exitCode = 2
}
