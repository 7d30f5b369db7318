import { recognizeCredential } from './find-credential.ts'
import { REDACTED } from './redactor.ts'

/** Texts of other systems are short; what is longer is looked at in part, and the rest is left out. */
const LONGEST = 4_000

/**
 * What another system wrote, without credentials: a word that looks like one is replaced, and the whole text where none can be
 * separated. Names and ids by which the bot finds things must not pass through here.
 */
export function censor(text: string): string {
  if (text.length < 4) return text
  const known = remembered.get(text)
  if (known !== undefined) return known
  const censored = censorNow(text)
  if (remembered.size >= MOST_REMEMBERED) remembered.clear()
  remembered.set(text, censored)
  return censored
}

/** Owners, titles and names are the same at each reading. */
const remembered = new Map<string, string>()
const MOST_REMEMBERED = 2_000

function censorNow(text: string): string {
  const read = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
  if (isClean(read)) return read
  const kept = read
    .split(/(\s+)/)
    .map((word) => (isClean(word) ? word : REDACTED))
    .join('')
  return kept !== read && isClean(kept) ? kept : REDACTED
}

/** Ids of versions are as random as keys: there only clear forms count. */
const IDS = new Set(['version', 'revocation'])
const LOOKS_LIKE_IDS = /^[A-Za-z0-9:.\s-]{1,2000}$/

/** The values of tags. */
export const censorValues = (tags: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(tags).map(([name, value]) => [
      name,
      IDS.has(name) && LOOKS_LIKE_IDS.test(value) ? value : censor(value),
    ]),
  )

const isClean = (text: string): boolean => recognizeCredential(text.replaceAll(REDACTED, '')) === null
