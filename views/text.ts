import type { Instant } from '#domain/rotation/rotation'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Replacements of the three characters that mean something in Slack's mrkdwn (Slack: "Escaping text"). */
const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** Makes a text inert: no mention, link or command in it works any more. */
export const escapeText = (text: string): string => text.replace(/[&<>]/g, (mark) => ENTITIES[mark] ?? mark)

/** Undoes `escapeText`. */
const unescapeText = (text: string): string =>
  text.replace(/&(amp|lt|gt);/g, (_, name) => ({ amp: '&', lt: '<', gt: '>' })[name as 'amp' | 'lt' | 'gt'])

/**
 * Shortens a text to at most `limit` UTF-16 units, which is never more than Slack counts, and never cuts a code
 * point in half. What is cut off shows as `…`.
 */
export function clip(text: string, limit: number, cost: (point: string) => number = (p) => p.length): string {
  let size = 0
  let kept = ''
  let fits = ''
  for (const point of text) {
    size += cost(point)
    if (size > limit) return `${fits.trimEnd()}…`
    kept += point
    // What is kept when the end does not fit, so that `…` still has its place.
    if (size < limit) fits = kept
  }
  return text
}

/** `escapeText` with the result, not the source, within `limit`. */
export const escapeWithin = (text: string, limit: number): string =>
  escapeText(clip(text, limit, (point) => ENTITIES[point]?.length ?? point.length))

const FIRST_STRONG_ISOLATE = '\u2068'
const POP_ISOLATE = '\u2069'

/** Invisible characters that turn the reading direction of what follows; a text may not bring its own. */
const BIDI_CONTROLS = /[\u202A-\u202E\u2066-\u2069]/g

/** From here on scripts may run from right to left; before it isolation would only cost space. */
const NEEDS_ISOLATION = /[\u0300-\u1FFF\u2028-\u202F\u2066-\u{10FFFF}]/u

/** Keeps a text's reading direction to itself (Unicode Bidirectional Algorithm, isolates). */
const isolate = (text: string): string =>
  NEEDS_ISOLATION.test(text) ? `${FIRST_STRONG_ISOLATE}${text}${POP_ISOLATE}` : text

/** Room that isolates take. */
const ISOLATES = 2

/** `clip` for a text that may already hold isolates: one that is cut is closed again. */
export function clipIsolated(text: string, limit: number): string {
  const clipped = clip(text, limit)
  const isOpen = clipped.lastIndexOf(FIRST_STRONG_ISOLATE) > clipped.lastIndexOf(POP_ISOLATE)
  return isOpen ? `${clip(text, limit - POP_ISOLATE.length)}${POP_ISOLATE}` : clipped
}

/** Without what would harm the text around it: halves of characters, and controls of the reading direction. */
export const harmless = (text: string): string => text.toWellFormed().replace(BIDI_CONTROLS, '')

/** A text on one line, without what would harm the text around it. */
export const oneLine = (text: string): string =>
  harmless(text)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()

/** A backtick that opens no code of ours. */
const inertBackticks = (text: string): string => text.replaceAll('`', 'ˋ')

/**
 * A text that somebody else wrote, on one line among our own words: escaped, shortened, and unable to open code or
 * to reorder what stands around it.
 *
 * @param limit most characters of the result
 */
export const escapeUntrusted = (text: string, limit = 300): string =>
  isolate(escapeWithin(inertBackticks(oneLine(text)), limit - ISOLATES)) || '–'

/** The same for plain text, where nothing can be escaped. */
export const plainUntrusted = (text: string, limit: number): string =>
  isolate(clip(withoutAngles(oneLine(text)), limit - ISOLATES)) || '–'

/** Angle brackets as look-alikes: whatever reads the text as mrkdwn after all finds no command in it. */
export const withoutAngles = (text: string): string => text.replaceAll('<', '‹').replaceAll('>', '›')

/** A longer line is shown in pieces of this many characters, so that any of them fits a section once escaped. */
const PIECE = 500

const pieces = (line: string): string[] => {
  const points = [...line]
  const count = Math.max(1, Math.ceil(points.length / PIECE))
  return Array.from({ length: count }, (_, i) => points.slice(i * PIECE, (i + 1) * PIECE).join(''))
}

/** All of a text that somebody else wrote, as quoted lines of at most a section's length. Nothing is left out. */
export const theirLines = (text: string): string[] =>
  harmless(text)
    .trim()
    .replace(/\r\n?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .split('\n')
    .flatMap((line) => pieces(line.replace(/\p{Cc}+/gu, ' ')))
    .map((piece) => `> ${isolate(escapeText(inertFences(piece)))}`)

/** Three backticks would make code of everything after them. */
const inertFences = (text: string): string => text.replaceAll('```', 'ˋˋˋ')

/** One line of code; a backtick inside is shown as a look-alike. */
export const code = (text: string, limit = 300): string => `\`${escapeUntrusted(text, limit - 2)}\``

const stamp = (instant: Instant): number => Math.floor(Date.parse(instant) / SECOND)

/** `2026-11-23 09:02 UTC`, where Slack's dates are not understood. */
export const utc = (instant: Instant): string => `${instant.slice(0, 16).replace('T', ' ')} UTC`

/** Date and time in the reader's zone. */
export const when = (instant: Instant): string =>
  `<!date^${stamp(instant)}^{date_short_pretty} {time}|${utc(instant)}>`

/** The date alone, in the reader's zone. */
export const day = (instant: Instant): string =>
  `<!date^${stamp(instant)}^{date_short_pretty}|${instant.slice(0, 10)}>`

/** The time alone, in the reader's zone, with seconds. */
export const time = (instant: Instant): string =>
  `<!date^${stamp(instant)}^{time_secs}|${instant.slice(11, 19)} UTC>`

/** The most that one link may take of a line, label excluded. */
const MAX_LINK = 2400

/** The address as Slack takes it in a link; null when it is none that people can follow, or too long for one. */
function linkTarget(address: string): string | null {
  const url = URL.parse(address)
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return null
  const target = escapeText(
    url.href.replaceAll('|', '%7C').replaceAll('`', '%60').replace(BIDI_CONTROLS, encodeURI),
  )
  return target.length > MAX_LINK ? null : target
}

/** A link with our words or somebody's; the words alone when the address cannot be followed. */
export function link(address: string, label: string, limit = 150): string {
  const target = linkTarget(address)
  const words = escapeUntrusted(label, limit)
  return target ? `<${target}|${words.replaceAll('|', '¦')}>` : words
}

/** Whether `link` would make a link of it. */
export const isLinkable = (address: string): boolean => linkTarget(address) !== null

/** Rings a person (`U…`, `W…`) or a group (`S…`). */
export function mention(id: string): string {
  if (!/^[A-Z0-9]+$/.test(id)) return escapeUntrusted(id, 80)
  return id.startsWith('S') ? `<!subteam^${id}>` : `<@${id}>`
}

/** `2 h 10 min`; days from one on, seconds below a minute. Milliseconds in. */
export function duration(ms: number): string {
  const parts: [number, string][] = [
    [Math.floor(ms / DAY), 'd'],
    [Math.floor((ms % DAY) / HOUR), 'h'],
    [Math.floor((ms % HOUR) / MINUTE), 'min'],
  ]
  const first = parts.findIndex(([count]) => count > 0)
  if (first < 0) return `${Math.max(0, Math.floor(ms / SECOND))} s`
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ')
}

/** `00:42`, hours and minutes since something began. Milliseconds in. */
export function clock(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / MINUTE))
  const two = (number: number) => String(number).padStart(2, '0')
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

export const millisBetween = (from: Instant, to: Instant): number => Date.parse(to) - Date.parse(from)

/** `1 token`, `9 tokens` */
export const plural = (count: number, word: string, many = `${word}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? word : many}`

/** `a, b and c`, and `a, b and 7 more` beyond `most`. */
export function list(words: string[], most = Number.POSITIVE_INFINITY): string {
  const shown = words.length > most ? [...words.slice(0, most), `${words.length - most} more`] : words
  if (shown.length < 2) return shown.join('')
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

/** `list` of the first few of many things, without wording those that are only counted. */
export const listSome = <T>(things: T[], most: number, word: (thing: T) => string): string =>
  list(
    things.map((thing, index) => (index < most ? word(thing) : '')),
    most,
  )

/** Our mrkdwn as plain text for a file: dates in UTC, addresses written out, entities undone. */
export const toPlainText = (mrkdwn: string): string =>
  unescapeText(
    mrkdwn
      .replace(/<!date\^[^|>]*\|([^>]*)>/g, '$1')
      .replace(/<!subteam\^(\w+)>/g, '@$1')
      .replace(/<@(\w+)>/g, '@$1')
      .replace(/<([^|>]+)\|([^>]*)>/g, (_, address: string, label: string) =>
        address === label ? address : `${label} (${address})`,
      ),
  )
