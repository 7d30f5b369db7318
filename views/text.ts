import { unlink, WORD_JOINER } from '#domain/break-addresses'

/** The three characters to escape in Slack's mrkdwn (Slack: "Escaping text"). */
const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** Escapes a text, so that no mention, link or command in it works. */
export const escapeText = (text: string): string => text.replace(/[&<>]/g, (mark) => ENTITIES[mark] ?? mark)

/** Undoes `escapeText`. */
const unescapeText = (text: string): string =>
  text.replace(/&(amp|lt|gt);/g, (_, name) => ({ amp: '&', lt: '<', gt: '>' })[name as 'amp' | 'lt' | 'gt'])

const WORDS = new Intl.Segmenter(undefined, { granularity: 'word' })

/** How much of a text around the place of a cut is looked at for the end of a word, in UTF-16 units. */
const NEAR_CUT = 80

/**
 * The longest part of a text's beginning that ends with a whole word: at a space where one is in its second half, so that dates and
 * ids stay whole; else between the parts of a long name, or of a text without spaces.
 *
 * @param room how long it may be
 */
function wholeWords(text: string, room: number): string {
  const start = text.slice(0, room)
  if (/\s$/.test(start) || /^\s/.test(text.slice(room))) return start
  const space = start.search(/\s\S*$/)
  if (space >= room / 2) return start.slice(0, space)
  const from = Math.max(0, room - NEAR_CUT)
  const ends = [...WORDS.segment(text.slice(from, room + NEAR_CUT))].map(({ index }) => from + index)
  return text.slice(0, ends.findLast((end) => end <= room && end > room / 2) ?? room)
}

const withoutTrailing = (text: string): string => text.replace(/[\s,;:(·–/-]+$/, '')

/**
 * Shortens a text to at most `limit` UTF-16 units, ending in `…`, without splitting a word or a code point. Slack never counts
 * more than UTF-16 units.
 */
export function clip(text: string, limit: number, cost: (point: string) => number = (p) => p.length): string {
  let size = 0
  let kept = ''
  let fits = ''
  for (const point of text) {
    size += cost(point)
    if (size > limit) return `${withoutTrailing(wholeWords(text, fits.length))}…`
    kept += point
    // Leaves room for `…`.
    if (size < limit) fits = kept
  }
  return text
}

/** `escapeText` whose result, not source, is within `limit`. */
const escapeWithin = (text: string, limit: number): string =>
  escapeText(clip(text, limit, (point) => ENTITIES[point]?.length ?? point.length))

const FIRST_STRONG_ISOLATE = '\u2068'
const POP_ISOLATE = '\u2069'

/** Invisible characters that change the reading direction of what follows; removed from untrusted text. */
const BIDI_CONTROLS = /[\u202A-\u202E\u2066-\u2069]/g

/** Characters that may run right to left or affect direction; other text needs no isolation. */
const NEEDS_ISOLATION = /[\u0300-\u1FFF\u2028-\u202F\u2066-\u{10FFFF}]/u

/** Isolates a text's reading direction (Unicode Bidirectional Algorithm). */
const isolate = (text: string): string =>
  NEEDS_ISOLATION.test(text) ? `${FIRST_STRONG_ISOLATE}${text}${POP_ISOLATE}` : text

const ISOLATES = 2

/** `clip` for a text that may contain isolates: closes one that was cut. */
export function clipIsolated(text: string, limit: number): string {
  const clipped = clip(text, limit)
  const isOpen = clipped.lastIndexOf(FIRST_STRONG_ISOLATE) > clipped.lastIndexOf(POP_ISOLATE)
  return isOpen ? `${clip(text, limit - POP_ISOLATE.length)}${POP_ISOLATE}` : clipped
}

/** Removes lone surrogates and bidirectional controls, which would affect the text around. */
export const stripUnsafe = (text: string): string => text.toWellFormed().replace(BIDI_CONTROLS, '')

/** The text on one line, without control characters. */
export const oneLine = (text: string): string =>
  stripUnsafe(text)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()

/** Replaces backticks by a look-alike that opens no code. */
const replaceBackticks = (text: string): string => text.replaceAll('`', 'ˋ')

/**
 * Untrusted text for one line of mrkdwn: escaped, shortened, and unable to open code or reorder the text around it.
 *
 * @param limit maximum characters of the result
 */
export const escapeUntrusted = (text: string, limit = 300): string =>
  isolate(escapeWithin(unlink(replaceBackticks(oneLine(text))), limit - ISOLATES)) || '–'

/** Untrusted text for a plain text field, where nothing can be escaped. */
export const sanitizePlainText = (text: string, limit: number): string =>
  isolate(clip(unlink(replaceAngleBrackets(oneLine(text))), limit - ISOLATES)) || '–'

/** Replaces angle brackets by look-alikes, in case the text is read as mrkdwn. */
export const replaceAngleBrackets = (text: string): string => text.replaceAll('<', '‹').replaceAll('>', '›')

/** Longer lines are split into pieces of this many characters, so that each fits a section once escaped. */
const PIECE = 500

const pieces = (line: string): string[] => {
  const found: string[] = []
  let left = line
  while (left.length > PIECE) {
    // Never between the two halves of a code point.
    const words = wholeWords(left, left.slice(0, PIECE).isWellFormed() ? PIECE : PIECE - 1)
    const piece = left[words.length] === ' ' ? `${words} ` : words
    found.push(piece)
    left = left.slice(piece.length)
  }
  return [...found, left]
}

/** The whole of an untrusted text as quoted lines, each of which fits a section. */
export const quoteUntrusted = (text: string): string[] =>
  stripUnsafe(text)
    .trim()
    .replace(/\r\n?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .split('\n')
    .flatMap((line) => pieces(line.replace(/\p{Cc}+/gu, ' ')))
    .map((piece) => `> ${isolate(escapeText(unlink(replaceCodeFences(piece))))}`)

/** Three backticks would turn everything after them into code. */
const replaceCodeFences = (text: string): string => text.replaceAll('```', 'ˋˋˋ')

/** Inline code; backticks inside are replaced by look-alikes. */
export const code = (text: string, limit = 300): string => `\`${escapeUntrusted(text, limit - 2)}\``

/** Maximum characters of a link's address. */
const MAX_LINK = 2400

/** The address for a Slack link; null when it is not http(s) or too long. */
function linkTarget(address: string): string | null {
  const url = URL.parse(address)
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return null
  const target = escapeText(
    url.href.replaceAll('|', '%7C').replaceAll('`', '%60').replace(BIDI_CONTROLS, encodeURI),
  )
  return target.length > MAX_LINK ? null : target
}

/** A link with an untrusted label; the label alone when the address is not http(s) or too long. */
export function link(address: string, label: string, limit = 150): string {
  const target = linkTarget(address)
  const words = escapeUntrusted(label, limit)
  return target ? `<${target}|${words.replaceAll('|', '¦')}>` : words
}

/** Whether `link` returns a link for this address. */
export const isLinkable = (address: string): boolean => linkTarget(address) !== null

/** Mentions and so notifies a person (`U…`, `W…`) or a group (`S…`). */
export function mention(id: string): string {
  if (!/^[A-Z0-9]+$/.test(id)) return escapeUntrusted(id, 80)
  return id.startsWith('S') ? `<!subteam^${id}>` : `<@${id}>`
}

/** The text with its first letter in upper case. */
export const sentenceCase = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** `1 token`, `9 tokens` */
export const plural = (count: number, word: string, many = `${word}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? word : many}`

/** `a, b and c`, and `a, b and 7 more` beyond `most`. */
export function list(words: string[], most = Number.POSITIVE_INFINITY): string {
  const shown = words.length > most ? [...words.slice(0, most), `${words.length - most} more`] : words
  if (shown.length < 2) return shown.join('')
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

/** `list` that formats only the items shown, for long lists. */
export const listSome = <T>(things: T[], most: number, word: (thing: T) => string): string =>
  list(
    things.map((thing, index) => (index < most ? word(thing) : '')),
    most,
  )

/** Converts mrkdwn to plain text: dates in UTC, addresses written out, entities unescaped. */
export const toPlainText = (mrkdwn: string): string =>
  unescapeText(
    mrkdwn
      .replaceAll(WORD_JOINER, '')
      .replace(/<!date\^[^|>]*\|([^>]*)>/g, '$1')
      .replace(/<!subteam\^(\w+)>/g, '@$1')
      .replace(/<@(\w+)>/g, '@$1')
      .replace(/<([^|>]+)\|([^>]*)>/g, (_, address: string, label: string) =>
        address === label ? address : `${label} (${address})`,
      ),
  )
