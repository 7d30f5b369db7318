import { FORMATS } from './credentials/formats.ts'

/** Shorter parts could be part of an ordinary word. */
const PART = 8
/** A password of plain words shares parts with ordinary sentences. */
const PART_OF_WORDS = 12
const WORDS = /^(?:[a-z]+|[A-Z]+)(?:[-_.][a-zA-Z]+)*$/

export const REDACTED = '[redacted]'

/** A text as it reads once its escapes and line ends are removed; `at` has the place of each character, `end` where it ends. */
interface Reading {
  text: string
  at: number[]
  end: number[]
}

const PIECES =
  /\\+u([0-9a-f]{4})|%(?:25)*([0-9a-f]{2})|&#x([0-9a-f]{2});|&#(\d{2,3});|&(amp|lt|gt|quot|apos);|\\+[nrtbf]|\\+|\s+|[\s\S]/giu
const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** Decodes JSON, URL and HTML escapes, and skips white space, in which libraries and terminals wrap. */
function squeeze(source: string): Reading {
  const reading: Reading = { text: '', at: [], end: [] }
  for (const match of source.matchAll(PIECES)) {
    const [piece, json, url, hex, decimal, name] = match
    const plain = plainOf(piece, json ?? url ?? hex, decimal, name)
    for (let i = 0; i < plain.length; i += 1) {
      reading.at.push(match.index)
      reading.end.push(match.index + piece.length)
    }
    reading.text += plain
  }
  return reading
}

function plainOf(
  piece: string,
  hex: string | undefined,
  decimal: string | undefined,
  name: string | undefined,
): string {
  const code = hex ? Number.parseInt(hex, 16) : decimal ? Number(decimal) : null
  if (code !== null) return bytesOf(String.fromCharCode(code)).replace(/\s/g, '')
  if (name) return NAMED[name.toLowerCase()] ?? ''
  return /^(?:\\|\s)/.test(piece) ? '' : bytesOf(piece)
}

/** UTF-8, as URL escapes have it: one character a byte. */
const bytesOf = (text: string): string =>
  /^[\0-\x7F]*$/.test(text) || (text.length === 1 && text <= '\xFF')
    ? text
    : Buffer.from(text).toString('latin1')

/** Base64 of the text at each of the three places that it can have in a longer one. */
const base64Of = (text: string): string[] =>
  [0, 1, 2].map((offset) => {
    const whole = Buffer.from(`${'\0'.repeat(offset)}${text}`)
      .toString('base64')
      .replace(/=+$/, '')
    // The characters at both ends also depend on the text around it.
    return whole.slice(offset === 0 ? 0 : offset + 1)
  })

const formsOf = (secret: string): string[] => {
  const base64 = [secret, secret.trim()].flatMap(base64Of)
  return [
    secret,
    ...base64,
    ...base64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_')),
    Buffer.from(secret).toString('hex'),
  ]
}

/**
 * What replaces secrets in texts: whole, and in parts from eight characters on; as they are, and escaped for JSON, URLs
 * and HTML, in base64 or hex, or wrapped over lines.
 */
export function createRedactor(secrets: Iterable<string>): (text: string) => string {
  const parts = new Map<number, Set<string>>()
  const add = (form: string, size: number) => {
    const length = Math.min(size, form.length)
    if (length < PART) return
    const known = parts.get(length) ?? new Set()
    parts.set(length, known)
    for (let at = 0; at + length <= form.length; at += 1) known.add(form.slice(at, at + length))
  }
  for (const secret of new Set(secrets)) {
    const size = WORDS.test(secret) ? PART_OF_WORDS : PART
    for (const form of formsOf(secret)) {
      add(squeeze(form).text, size)
      add(form, size)
    }
  }
  if (parts.size === 0) return redactPatterns
  return (text) => redactPatterns(replaceParts(text, parts))
}

function replaceParts(text: string, parts: ReadonlyMap<number, ReadonlySet<string>>): string {
  const isSecret = new Uint8Array(text.length)
  const squeezed = squeeze(text)
  for (const [length, known] of parts) {
    for (let at = 0; at + length <= text.length; at += 1)
      if (known.has(text.slice(at, at + length))) isSecret.fill(1, at, at + length)
    for (let at = 0; at + length <= squeezed.text.length; at += 1)
      if (known.has(squeezed.text.slice(at, at + length)))
        isSecret.fill(1, squeezed.at[at], squeezed.end[at + length - 1])
  }
  if (!isSecret.includes(1)) return text
  return replaceMarked(text, isSecret)
}

function replaceMarked(text: string, isSecret: Uint8Array): string {
  let result = ''
  for (let at = 0; at < text.length; ) {
    const marked = isSecret[at] === 1
    let end = at
    while (end < text.length && (isSecret[end] === 1) === marked) end += 1
    result += marked ? REDACTED : text.slice(at, end)
    at = end
  }
  return result
}

/** Credentials that no variable has, such as those that a login returned. */
const PATTERNS: [RegExp, string][] = [
  [/(:\/\/[^\s/?#@"':]*:)[^\s/?#@"']+(?=@)/g, `$1${REDACTED}`],
  [/\b(Bearer|Basic|Token token=)(\s+|(?<==))(?=\S*\d)[\w+/.~=-]{8,}/gi, `$1$2${REDACTED}`],
  [/\b(?:xox[a-z]-|xapp-|gh[pousr]_|github_pat_|hv[sbr]\.)[\w.-]{8,}/g, REDACTED],
]

/** Of these, the patterns above keep what is no secret. */
const PARTLY = ['a password in an address', 'an authorization header']

/** A format ends where enough was seen; what follows belongs to it. */
const WHOLE = FORMATS.filter(([kind]) => !PARTLY.includes(kind)).map(
  ([, { source }]) => new RegExp(`(?:${source})[^\\s"'<>\\\\,;)}\\]]{0,4000}`, 'g'),
)

const redactPatterns = (text: string): string => {
  const known = PATTERNS.reduce((whole, [pattern, by]) => whole.replace(pattern, by), text)
  return WHOLE.reduce((whole, pattern) => whole.replace(pattern, REDACTED), known)
}
