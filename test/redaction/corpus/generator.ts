const LOWER = 'abcdefghijklmnopqrstuvwxyz'
const UPPER = LOWER.toUpperCase()
const DIGITS = '0123456789'

/** Random values by their shapes, the same for the same seed; no credential lies in the repository. */
export interface Generator {
  /** An integer from 0 below `below`. */
  int(below: number): number
  pick<T>(from: readonly T[]): T
  from(characters: string, length: number): string
  /** Letters of both cases and digits. */
  base62(length: number): string
  /** The same, with `-` and `_`. */
  base64url(length: number): string
  /** The same, with `+` and `/`. */
  base64(length: number): string
  lower(length: number): string
  upper(length: number): string
  hex(length: number): string
  digits(length: number): string
  uuid(): string
  /** As a person chooses one. */
  password(): string
}

const WORDS = [
  'Summer',
  'falcon',
  'winter',
  'Hunter',
  'dragon',
  'Monday',
  'coffee',
  'Orange',
  'tiger',
  'Monkey',
]

export function createGenerator(seed: number): Generator {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const int = (below: number): number => Math.floor(next() * below)
  const pick = <T>(from: readonly T[]): T => from[int(from.length)] as T
  const from = (characters: string, length: number): string =>
    Array.from({ length }, () => characters[int(characters.length)]).join('')
  const hex = (length: number): string => from(`${DIGITS}abcdef`, length)
  return {
    int,
    pick,
    from,
    base62: (length) => from(LOWER + UPPER + DIGITS, length),
    base64url: (length) => from(`${LOWER + UPPER + DIGITS}-_`, length - 1) + from(LOWER, 1),
    base64: (length) => from(`${LOWER + UPPER + DIGITS}+/`, length),
    lower: (length) => from(LOWER + DIGITS, length),
    upper: (length) => from(UPPER + DIGITS, length),
    hex,
    digits: (length) => from('123456789', 1) + from(DIGITS, length - 1),
    uuid: () => [8, 4, 4, 4, 12].map(hex).join('-'),
    password: () =>
      `${pick(WORDS)}${pick(['', '-', '_', '!', '#'])}${from(DIGITS, 2 + int(3))}${pick(['', '!', '$', '?x'])}`,
  }
}
