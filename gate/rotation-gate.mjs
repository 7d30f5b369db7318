#!/usr/bin/env node
/*
 * Decides by the rotation log alone whether an environment may be released. One file without dependencies, so that CI can run it without
 * an installation and without the bot. docs/gate.md says how to use it, docs/signing-key.md what a seal is.
 */
import { createHash, createPublicKey, verify } from 'node:crypto'
import { readFileSync, realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

/** @typedef {{ repository: string, branch: string, path: string }} Place */
/** @typedef {{ key: string, before: string, signature: string }} Seal */
/** @typedef {{ place: number, cells: Record<string, string>, text: Record<string, string>, seals: Seal[] | null }} Row */
/** @typedef {{ id: string, key: import('node:crypto').KeyObject }} Key */
/** @typedef {{ text: string, start: number, end: number }} Line */
/** @typedef {'open' | 'closed' | 'unknown'} State */
/**
 * @typedef {object} Decision
 * @property {string} environment
 * @property {State} state `unknown`: it cannot tell, which CI must treat as closed
 * @property {string[]} reasons one sentence each; why it is open where it is open
 * @property {string[]} warnings
 */
/**
 * @typedef {object} Question
 * @property {string} environment
 * @property {Place} place
 * @property {string[]} publicKeys PEM, each may hold several
 * @property {number} now ms since 1970
 * @property {number} [maxAgeDays]
 * @property {number} [graceDays]
 */

const COLUMNS =
  'date (UTC)|rotation|event|trigger|owner|environments|tokens|sign-offs|evidence|head|digest|row|seal'.split(
    '|',
  )
const EARLIER_COLUMNS = COLUMNS.slice(0, 10)
const NO_ROW = '0'.repeat(64)
const DAY = 86_400_000

/** The log cannot be read, so that nothing can be decided by it. */
export class LogUnreadable extends Error {}

// --- canonical JSON (RFC 8785)

/** @param {unknown} value without lone surrogates @returns {string} */
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

/** @param {string} text */
const sha256 = (text) => createHash('sha256').update(text).digest('hex')

// --- Markdown

/** @param {string} text @returns {Line[]} */
function linesOf(text) {
  return [...text.matchAll(/([^\r\n]*)(?:\r?\n|\r|$)/g)]
    .filter((match) => match[0] !== '')
    .map((match, index) => {
      const line = match[1] ?? ''
      const mark = index === 0 && line.startsWith('\uFEFF') ? 1 : 0
      return { text: line.slice(mark), start: match.index + mark, end: match.index + match[0].length }
    })
}

/** The lines that are neither in a code block nor in an HTML comment of their own. @param {Line[]} lines @returns {Line[]} */
function proseLines(lines) {
  /** @type {Line[]} */
  const prose = []
  /** @type {string | null} */
  let fence = null
  let inComment = false
  for (const line of lines) {
    const [, marks = '', rest = ''] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line.text) ?? []
    if (fence !== null) {
      if (marks.startsWith(fence) && rest.trim() === '') fence = null
    } else if (inComment) inComment = !line.text.includes('-->')
    else if (marks !== '' && !(marks.startsWith('`') && rest.includes('`'))) fence = marks
    else if (/^ {0,3}<!--/.test(line.text)) inComment = !line.text.includes('-->')
    else if (!/^(?: {4}| {0,3}\t)/.test(line.text)) prose.push(line)
  }
  return prose
}

/** The texts of a table line's cells. @param {string} line @returns {string[]} */
function cellsOf(line) {
  /** @type {string[]} */
  const cells = []
  let start = line.length - line.trimStart().length
  if (line[start] === '|') start += 1
  for (let at = start; at < line.length; at += 1) {
    if (line[at] === '\\') at += 1
    else if (line[at] === '|') {
      cells.push(line.slice(start, at).trim())
      start = at + 1
    }
  }
  if (line.slice(start).trim() !== '') cells.push(line.slice(start).trim())
  return cells
}

/** @type {Record<string, string>} */
const NAMED = { amp: '&', lt: '<', gt: '>', quot: '"' }

/** @param {string} text */
const decodeEntities = (text) =>
  text.replace(/&(?:(amp|lt|gt|quot)|#(\d{1,7})|#[xX]([\da-fA-F]{1,6}));/g, (whole, name, decimal, hex) => {
    if (name) return NAMED[name] ?? whole
    const code = decimal ? Number(decimal) : Number.parseInt(hex, 16)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })

/** The text that a cell shows. @param {string} source */
const cellText = (source) =>
  source
    .replaceAll('&#8288;', '')
    .replace(/<(https?:[^<>\s]*)>|\\([!-/:-@[-`{-~])|&(?:[a-z]+|#\w+);/g, (whole, address, mark) =>
      address !== undefined ? decodeEntities(address) : (mark ?? decodeEntities(whole)),
    )
    .replace(/\s+/g, ' ')

const OURS = 5
const LOWER = COLUMNS.map((name) => name.toLowerCase())

/** @param {string} line */
const namesIn = (line) => cellsOf(line).map((cell) => cellText(cell).toLowerCase())

/** @param {string} line */
const isHeader = (line) => LOWER.filter((name) => namesIn(line).includes(name)).length >= OURS

/** @param {string} line */
const isRowOfOurs = (line) => {
  const cells = cellsOf(line)
  return cells.length >= OURS && cells.some((cell) => /^\d{1,15}:[0-9a-f]{64}$/.test(cellText(cell)))
}

/** The rows of the log's table, oldest first. @param {string} file @returns {Row[]} @throws LogUnreadable */
export function readRows(file) {
  const all = linesOf(file)
  const prose = proseLines(all)
  const headers = prose.filter((line) => isHeader(line.text))
  if (headers.length > 1) throw new LogUnreadable('the log has two tables')
  const [header] = headers
  /** @type {Line[]} */
  let lines = []
  /** @type {string[]} */
  let names = []
  if (header) {
    names = namesIn(header.text)
    const missing = EARLIER_COLUMNS.find((name) => !names.includes(name.toLowerCase()))
    if (missing) throw new LogUnreadable(`the log’s table has no column “${missing}”`)
    const twice = LOWER.find((name) => names.filter((each) => each === name).length > 1)
    if (twice) throw new LogUnreadable(`the log’s table has the column “${twice}” twice`)
    const at = all.indexOf(header) + 1
    const next = all[at]
    const marks = next ? cellsOf(next.text) : []
    const divided = marks.length === names.length && marks.every((mark) => /^:?-+:?$/.test(mark))
    const below = all.slice(divided ? at + 1 : at)
    const end = below.findIndex(({ text }) => !/^ {0,3}\|/.test(text))
    lines = end < 0 ? below : below.slice(0, end)
    if (!divided && lines.length > 0) throw new LogUnreadable('nothing divides the header of the log’s table')
  }
  const inTable = new Set(lines)
  if (prose.some((line) => !inTable.has(line) && isRowOfOurs(line.text)))
    throw new LogUnreadable('a row of the log is not in its table')
  return lines.map(({ text }, index) => rowFrom(text, names, index + 1))
}

/** @param {string} line @param {string[]} names @param {number} place @returns {Row} */
function rowFrom(line, names, place) {
  const texts = cellsOf(line).map(cellText)
  const text = Object.fromEntries(names.map((name, index) => [name, texts[index] ?? '']))
  const cells = Object.fromEntries(
    COLUMNS.map((name) => [name, (text[name.toLowerCase()] ?? '').toWellFormed()]),
  )
  return { place, cells, text, seals: parseSeals(cells.seal ?? '') }
}

// --- seals

/** Null where the cell holds anything else. @param {string} cell @returns {Seal[] | null} */
function parseSeals(cell) {
  if (cell === '' || cell === '–') return []
  const seals = cell.split(' ').map((text) => {
    const [, key = '', before = '', signature = ''] =
      /^([0-9a-f]{16}):([0-9a-f]{64}):([\w-]{86})$/.exec(text) ?? []
    return { key, before, signature }
  })
  return seals.every(({ key }) => key !== '') ? seals : null
}

/** @param {import('node:crypto').KeyObject} key */
const keyId = (key) =>
  createHash('sha256')
    .update(key.export({ format: 'der', type: 'spki' }))
    .digest('hex')
    .slice(0, 16)

/** @param {string} pem @returns {Key[]} @throws LogUnreadable */
export function readKeys(pem) {
  const blocks = pem
    .replaceAll('\\n', '\n')
    .match(/-----BEGIN PUBLIC KEY-----[\s\S]+?-----END PUBLIC KEY-----/g)
  if (!blocks) throw new LogUnreadable('a given public key is not an Ed25519 public key in PEM')
  return blocks.map((block) => {
    try {
      const key = createPublicKey(block)
      if (key.asymmetricKeyType === 'ed25519') return { id: keyId(key), key }
    } catch {}
    throw new LogUnreadable('a given public key is not an Ed25519 public key in PEM')
  })
}

/** @param {string} id @param {string} x @returns {Key | null} */
function namedKey(id, x) {
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    return keyId(key) === id ? { id, key } : null
  } catch {
    return null
  }
}

/** @param {Place} place @param {string} before @param {Row} row @param {Seal} seal @param {Key} key */
function isSealedBy(place, before, row, seal, key) {
  if (seal.before !== before || seal.key !== key.id) return false
  const { seal: _, ...cells } = row.cells
  const text = canonicalJson(['rotation-log/v1', place.repository, place.branch, place.path, before, cells])
  return verify(null, Buffer.from(text), key.key, Buffer.from(seal.signature, 'base64url'))
}

const KEY_CHANGE = /^key ([0-9a-f]{16}) ([\w-]{43}) replaces ([0-9a-f]{16}) ([\w-]{43})$/

/**
 * The given keys, and those that a row `key-changed` connects with one of them: both keys sign that row.
 *
 * @param {Row[]} rows @param {string[]} hashes of the rows above each @param {Place} place @param {Key[]} given
 * @returns {Map<string, Key>}
 */
function trustedKeys(rows, hashes, place, given) {
  const trusted = new Map(given.map((key) => [key.id, key]))
  const changes = rows.flatMap((row, index) => {
    const [, to, toKey, from, fromKey] = KEY_CHANGE.exec(row.cells.evidence ?? '') ?? []
    if (row.cells.event !== 'key-changed' || !to || !toKey || !from || !fromKey) return []
    const keys = [namedKey(from, fromKey), namedKey(to, toKey)]
    const signed = keys.every((key, at) => {
      const seal = row.seals?.[at]
      return key && seal && isSealedBy(place, hashes[index] ?? '', row, seal, key)
    })
    return signed ? [/** @type {Key[]} */ (keys)] : []
  })
  for (let more = true; more; ) {
    more = false
    for (const keys of changes)
      if (keys.some(({ id }) => trusted.has(id)) && !keys.every(({ id }) => trusted.has(id))) {
        for (const key of keys) trusted.set(key.id, key)
        more = true
      }
  }
  return trusted
}

/**
 * What speaks against the rows themselves.
 *
 * @param {Row[]} rows @param {Place} place @param {Key[]} given
 * @returns {{ faults: string[], unknown: string[], sealedBy: (row: Row) => boolean }}
 */
export function judgeRows(rows, place, given) {
  /** @type {string[]} */
  const hashes = []
  for (const row of rows) {
    const above = rows[row.place - 2]
    hashes.push(above ? sha256(canonicalJson([hashes[row.place - 2], above.cells])) : NO_ROW)
  }
  const trusted = trustedKeys(rows, hashes, place, given)
  const firstSealed = rows.findIndex(({ seals }) => seals === null || seals.length > 0)
  /** @type {string[]} */
  const faults = []
  /** @type {string[]} */
  const unknown = []
  /** @type {Set<Row>} */
  const good = new Set()
  let head = 0
  rows.forEach((row, index) => {
    const name = nameOf(row)
    const number = row.cells.row ?? ''
    if (number !== '' && number !== String(row.place))
      faults.push(`${name} has the number ${number}: a row is missing, or out of order`)
    if (firstSealed < 0 || index < firstSealed) return
    if (row.seals === null) faults.push(`${name} has a seal that cannot be read`)
    else if (row.seals.length === 0)
      faults.push(`${name} has no seal, and rows above it have: it was added by hand`)
    else if (!row.seals.some(({ key }) => trusted.has(key)))
      unknown.push(
        `${name} is sealed by the key ${row.seals[0]?.key}, which is not given: another bot writes this log, or the key was changed without its row`,
      )
    else if (
      row.seals.some((seal) => {
        const key = trusted.get(seal.key)
        return !key || !isSealedBy(place, hashes[index] ?? '', row, seal, key)
      })
    )
      faults.push(
        row.seals.some(({ before }) => before !== hashes[index])
          ? `${name} was sealed onto other rows: a row above it was changed, removed, moved or added`
          : `${name} does not match its seal: it was changed, or copied from the log of another repository, branch or path`,
      )
    else {
      good.add(row)
      const count = Number((row.cells.head ?? '').split(':')[0])
      if (row.cells.event === 'restored') head = 0
      if (count < head)
        unknown.push(
          `${name} belongs to event ${count} of a history, and a row above it to event ${head}: another database writes this log, or an older backup does`,
        )
      head = Math.max(head, count)
    }
  })
  return { faults, unknown, sealedBy: (row) => good.has(row) }
}

/** @param {Row} row */
const nameOf = ({ place, cells }) =>
  `Row ${place} (“${(cells.event ?? '').slice(0, 20)}”${/^R\d{1,9}$/.test(cells.rotation ?? '') ? ` of ${cells.rotation}` : ''})`

// --- the decision

/** @param {string} cell @returns {string[]} */
const listOf = (cell) => (cell === '' || cell === '–' ? [] : cell.split(', '))

/** @param {Row} row @returns {number} ms since 1970; NaN where it has none */
function dateOf({ cells }) {
  const text = cells['date (UTC)'] ?? ''
  return /^\d{4}-\d\d-\d\d \d\d:\d\d$/.test(text) ? Date.parse(`${text.replace(' ', 'T')}:00Z`) : Number.NaN
}

/** Until when a row opens an environment; 0 for every other row. @param {Row} row */
const opensUntil = ({ cells }) =>
  ['break-glass', 'rolled-back', 'waived'].includes(cells.event ?? '')
    ? Date.parse(
        /^until (\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{3})?)?Z)(?: |$)/.exec(cells.evidence ?? '')?.[1] ??
          '',
      ) || 0
    : 0

/**
 * @typedef {object} Rotation
 * @property {string} label
 * @property {Row | null} rotated
 * @property {Row | null} approved null also where the approval was taken back
 * @property {Row | null} incident
 * @property {boolean} aborted
 * @property {Row} cause the newest row that asks for an approval
 * @property {Row} last
 */

/** After these an approval is needed (again). */
const NEED_APPROVAL = ['rotated', 'rejected', 'withdrawn', 'rolled-back', 'incident-opened']

/**
 * What the rows say of each rotation with a token of the environment.
 *
 * @param {Row[]} rows those that name the environment @returns {Map<string, Rotation>}
 */
function rotationsIn(rows) {
  /** @type {Map<string, Rotation>} */
  const rotations = new Map()
  for (const row of rows) {
    const label = row.cells.rotation ?? ''
    const known = rotations.get(label) ?? {
      label,
      rotated: null,
      approved: null,
      incident: null,
      aborted: false,
      cause: row,
      last: row,
    }
    rotations.set(label, known)
    known.last = row
    const event = row.cells.event ?? ''
    if (NEED_APPROVAL.includes(event)) Object.assign(known, { cause: row, approved: null })
    if (event === 'rotated') known.rotated ??= row
    if (event === 'incident-opened') known.incident = row
    if (event === 'approved') known.approved = row
    if (event === 'aborted') known.aborted = true
  }
  return rotations
}

/**
 * Decides.
 *
 * @param {string} file the log's text @param {Question} question @returns {Decision}
 */
export function decide(file, { environment, place, publicKeys, now, maxAgeDays = 30, graceDays = 3 }) {
  /** @param {string[]} reasons @returns {Decision} */
  const cannotTell = (reasons) => ({ environment, state: 'unknown', reasons, warnings: [] })
  /** @type {Row[]} */
  let rows
  /** @type {Key[]} */
  let given
  try {
    rows = readRows(file)
    given = publicKeys.flatMap(readKeys)
  } catch (error) {
    if (!(error instanceof LogUnreadable)) throw error
    return cannotTell([`It cannot be read whether ${environment} may be released: ${error.message}.`])
  }
  if (given.length === 0) return cannotTell(['No public key is given, so no row of the log can be trusted.'])
  if (!rows.some(({ seals }) => seals === null || seals.length > 0))
    return cannotTell(['No row of the log is sealed, so none can be trusted.'])

  const { faults, unknown, sealedBy } = judgeRows(rows, place, given)
  const own = rows.filter(({ cells }) => listOf(cells.environments ?? '').includes(environment))
  const tokens = new Set(
    own
      .flatMap(({ cells }) => listOf(cells.tokens ?? ''))
      .filter((token) => token.endsWith(`/${environment}`)),
  )
  const closing = [...tokens].flatMap((token) =>
    judgeToken(token, own, { now, maxAgeDays, graceDays, sealedBy }),
  )
  const incidents = [...rotationsIn(own).values()].flatMap(({ label, incident, approved, aborted }) =>
    incident && !approved && !aborted
      ? [
          {
            row: incident,
            sentence: `The incident ${label} is open: its tokens are not approved yet`,
            warns: false,
          },
        ]
      : [],
  )
  // A row opens what is above it, and nothing that happens later.
  const opening = own.findLast((row) => sealedBy(row) && opensUntil(row) > now)
  const isOpened = (/** @type {Row} */ row) => opening !== undefined && row.place <= opening.place
  const all = [...incidents, ...closing]
  const reasons = all
    .filter(({ warns, row }) => !warns && !isOpened(row))
    .map(({ sentence }) => `${sentence}.`)
  const warnings = all.filter(({ warns }) => warns).map(({ sentence }) => `${sentence}.`)
  const broken = faults.map((fault) => `${fault}.`)
  if (broken.length > 0 || reasons.length > 0)
    return {
      environment,
      state: 'closed',
      reasons: distinct([...broken, ...reasons, ...unknown.map((each) => `${each}.`)]),
      warnings: distinct(warnings),
    }
  if (unknown.length > 0) return cannotTell(unknown.map((each) => `${each}.`))
  if (!opening && !own.some(({ cells }) => cells.event === 'approved'))
    return cannotTell([
      `The log has no approval of a token of ${environment}: the name is misspelt, or none was ever rotated.`,
    ])
  return {
    environment,
    state: 'open',
    reasons: [
      opening
        ? `${nameOf(opening)} opens it until ${new Date(opensUntil(opening)).toISOString()}.`
        : `Both roles approved the newest rotation of each token of ${environment}.`,
    ],
    warnings: distinct(warnings),
  }
}

/** @param {string[]} texts */
const distinct = (texts) => [...new Set(texts)]

/**
 * @param {string} token @param {Row[]} own
 * @param {{ now: number, maxAgeDays: number, graceDays: number, sealedBy: (row: Row) => boolean }} rules
 * @returns {{ row: Row, sentence: string, warns: boolean }[]}
 */
function judgeToken(token, own, { now, maxAgeDays, graceDays, sealedBy }) {
  const covering = [
    ...rotationsIn(own.filter(({ cells }) => listOf(cells.tokens ?? '').includes(token))).values(),
  ]
  const counting = covering.filter(({ rotated, approved }) => rotated || approved)
  const place = (/** @type {Rotation} */ { rotated, approved }) =>
    Math.max(rotated?.place ?? 0, approved?.place ?? 0)
  const newest = counting.sort((a, b) => place(a) - place(b)).at(-1)
  if (!newest) {
    const row = covering.findLast(({ aborted }) => !aborted)?.last
    return row ? [{ row, sentence: `${token} was never approved`, warns: false }] : []
  }
  const { label, approved, cause, last } = newest
  if (!approved)
    return [
      {
        row: cause,
        sentence: `${label} rotated ${token} and is not approved (newest row: “${last.cells.event}”)`,
        warns: false,
      },
    ]
  if (!sealedBy(approved))
    return [
      {
        row: approved,
        sentence: `The approval of ${label} for ${token} (row ${approved.place}) is not sealed by a given key`,
        warns: false,
      },
    ]
  const days = (now - dateOf(approved)) / DAY
  if (Number.isNaN(days))
    return [
      {
        row: approved,
        sentence: `The approval of ${label} for ${token} (row ${approved.place}) has no date`,
        warns: false,
      },
    ]
  const age = `The approval of ${label} for ${token} is ${Math.floor(days)} days old`
  if (days > maxAgeDays + graceDays)
    return [
      {
        row: approved,
        sentence: `${age}; ${maxAgeDays} are allowed, and ${graceDays} of grace`,
        warns: false,
      },
    ]
  return days > maxAgeDays
    ? [{ row: approved, sentence: `${age}; the gate closes after ${maxAgeDays + graceDays}`, warns: true }]
    : []
}

// --- the command line

const EXIT = { open: 0, closed: 1, unknown: 2 }
const EXIT_USAGE = 64
const USAGE =
  'rotation gate --environment NAME [--log FILE] [--public-key FILE …] [--max-age-days 30] [--grace-days 3] [--repository OWNER/NAME] [--branch NAME] [--path FILE] [--json]'

/** @param {string} name @param {string} text */
function days(name, text) {
  if (!/^\d{1,4}$/.test(text)) throw new WrongUsage(`--${name} must be a number of days, such as 30`)
  return Number(text)
}

class WrongUsage extends Error {}

/**
 * Reads the log at the head of its branch; a tag or another ref of the same name is never taken.
 *
 * @param {Place} place @param {Record<string, string | undefined>} env @returns {Promise<string>}
 */
async function fetchLog({ repository, branch, path }, env) {
  const base = (env.GITHUB_API_URL || 'https://api.github.com').replace(/\/+$/, '')
  const file = path.split('/').map(encodeURIComponent).join('/')
  const url = `${base}/repos/${repository}/contents/${file}?ref=${encodeURIComponent(`refs/heads/${branch}`)}`
  /** @type {Response} */
  let response
  try {
    response = await fetch(url, {
      headers: {
        accept: 'application/vnd.github.raw+json',
        'user-agent': 'rotation-gate',
        ...(env.GITHUB_TOKEN ? { authorization: `Bearer ${env.GITHUB_TOKEN}` } : {}),
      },
      signal: AbortSignal.timeout(30_000),
    })
  } catch (error) {
    const cause =
      error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : ''
    throw new LogUnreadable(`${path} on ${branch} of ${repository} cannot be fetched (${cause})`)
  }
  if (!response.ok)
    throw new LogUnreadable(
      `${path} on ${branch} of ${repository} cannot be fetched (HTTP ${response.status})`,
    )
  return decode(new Uint8Array(await response.arrayBuffer()))
}

/** @param {Uint8Array} bytes */
function decode(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new LogUnreadable('the log is not UTF-8')
  }
}

/** @param {string} file @param {string} what @returns {string} @throws LogUnreadable */
function readGiven(file, what) {
  try {
    return decode(readFileSync(file))
  } catch (error) {
    if (error instanceof LogUnreadable) throw error
    throw new LogUnreadable(`${what} ${file} cannot be read`)
  }
}

/**
 * Runs `rotation gate`.
 *
 * @param {string[]} args
 * @param {Record<string, string | undefined>} env
 * @param {{ place?: Partial<Place>, now?: number }} [defaults] of the config
 * @returns {Promise<{ code: number, stdout: string, stderr: string }>}
 */
export async function run(args, env, { place: known = {}, now = Date.now() } = {}) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        environment: { type: 'string' },
        log: { type: 'string' },
        'public-key': { type: 'string', multiple: true, default: [] },
        'max-age-days': { type: 'string', default: '30' },
        'grace-days': { type: 'string', default: '3' },
        repository: { type: 'string' },
        branch: { type: 'string' },
        path: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    })
    const { environment } = values
    if (!environment) throw new WrongUsage('--environment NAME is missing')
    if (positionals.length > 0 && values['public-key'].length === 0)
      throw new WrongUsage(`“${positionals[0]}” is not an option`)
    const maxAgeDays = days('max-age-days', values['max-age-days'])
    const graceDays = days('grace-days', values['grace-days'])
    const place = {
      repository: values.repository ?? known.repository ?? env.GITHUB_REPOSITORY ?? '',
      branch: values.branch ?? known.branch ?? 'main',
      path: values.path ?? known.path ?? 'logs/agents/rotation-log.md',
    }
    if (!/^[\w.-]+\/[\w.-]+$/.test(place.repository))
      throw new WrongUsage('--repository OWNER/NAME is missing: it is part of what is signed')
    const decision = await decideFrom(
      { environment, place, maxAgeDays, graceDays, now },
      { log: values.log, keys: [...values['public-key'], ...positionals], env },
    )
    return {
      code: EXIT[decision.state],
      stdout: values.json ? `${JSON.stringify(decision, null, 2)}\n` : describe(decision),
      stderr: '',
    }
  } catch (error) {
    const isUsage =
      error instanceof WrongUsage ||
      (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
    if (!isUsage) throw error
    return {
      code: EXIT_USAGE,
      stdout: '',
      stderr: `${/** @type {Error} */ (error).message.split('. ')[0]}. Usage: ${USAGE}\n`,
    }
  }
}

/**
 * @param {Omit<Question, 'publicKeys'>} question
 * @param {{ log: string | undefined, keys: string[], env: Record<string, string | undefined> }} from
 * @returns {Promise<Decision>}
 */
async function decideFrom(question, { log, keys, env }) {
  try {
    const publicKeys = [
      ...keys.map((file) => readGiven(file, 'the public key')),
      ...(env.ROTATION_LOG_KEY ? [env.ROTATION_LOG_KEY] : []),
    ]
    const text = log === undefined ? await fetchLog(question.place, env) : readGiven(log, 'the log')
    return decide(text, { ...question, publicKeys })
  } catch (error) {
    if (!(error instanceof LogUnreadable)) throw error
    return {
      environment: question.environment,
      state: 'unknown',
      reasons: [`It cannot be read whether ${question.environment} may be released: ${error.message}.`],
      warnings: [],
    }
  }
}

/** @param {Decision} decision */
function describe({ environment, state, reasons, warnings }) {
  const word = { open: 'open', closed: 'closed', unknown: 'closed, because nobody can tell' }[state]
  const [first = '', ...others] = reasons
  return [
    `The gate to ${environment} is ${word}: ${first}`,
    ...others.map((each) => `- ${each}`),
    ...warnings.map((each) => `Warning: ${each}`),
    '',
  ].join('\n')
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { code, stdout, stderr } = await run(process.argv.slice(2), process.env)
  process.stdout.write(stdout)
  process.stderr.write(stderr)
  process.exitCode = code
}
