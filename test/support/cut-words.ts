import { textsIn } from './block-kit-checker.ts'

const WORDS = new Intl.Segmenter(undefined, { granularity: 'word' })
const ATOMIC = /^[\p{P}]*(?:\d{4}-\d\d|[0-9a-f]{8}-)/u

/** Characters around a word that belong to the sentence or to markup. */
const AROUND = /^[\p{P}\p{S}\u2060\u2068\u2069]+|[\p{P}\p{S}\u2060\u2068\u2069]+$/gu

/** The beginnings of a word at which it may end before `…`: between its parts; a date or an id has none. */
function partsOf(word: string): Set<string> {
  if (ATOMIC.test(word)) return new Set([word])
  const ends = [...WORDS.segment(word)].map(({ index, segment }) => word.slice(0, index + segment.length))
  return new Set(ends.map((each) => each.replace(AROUND, '')))
}

/**
 * The places where a text ends in half a word, date or id.
 *
 * @param shown a message or a view
 * @param sources what was written, whole
 */
export function cutWords(shown: unknown, sources: readonly string[]): string[] {
  const words = [...new Set(sources.flatMap((source) => source.split(/\s+/)))].map((word) =>
    word.replace(AROUND, ''),
  )
  const whole = new Set(words.flatMap((word) => [...partsOf(word)]))
  const ends = textsIn(shown).flatMap(({ text }) => [...text.matchAll(/(\S+)…/g)].map(([, end = '']) => end))
  return [...new Set(ends)]
    .map((end) => end.replace(AROUND, '').replaceAll('\u2060', ''))
    .filter((end) => end !== '' && !whole.has(end))
    .filter((end) => words.some((word) => word.startsWith(end) && word !== end))
    .map((end) => `“${end}…”`)
}
