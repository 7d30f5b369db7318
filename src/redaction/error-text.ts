import { censor } from './censor.ts'
import { createRedactor } from './redactor.ts'

const known = new Set<string>()
let redactKnown = createRedactor(known)

/**
 * Has these values removed from every error text and log line of this process from now on. Process-wide, so that no
 * library's error can take a way around it.
 */
export function registerSecrets(values: Iterable<string>): void {
  const before = known.size
  for (const value of values) known.add(value)
  if (known.size > before) redactKnown = createRedactor(known)
}

/** The text without any registered secret. */
export const redact = (text: string): string => redactKnown(text)

/** A line of JSON without any registered secret; it stays JSON. */
export function redactLine(line: string): string {
  const text = redact(line)
  if (text === line) return line
  try {
    // A replaced backslash would change what follows it: the strings are redacted, not their notation.
    return `${JSON.stringify(redactStrings(JSON.parse(line)))}\n`
  } catch {
    return text
  }
}

function redactStrings(value: unknown): unknown {
  if (typeof value === 'string') return redact(value)
  if (Array.isArray(value)) return value.map(redactStrings)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [redact(name), redactStrings(each)]))
}

/** Long enough for a library's sentence, too short for a page of HTML. */
const LONGEST = 300
/** Of a longer text only the beginning is looked at. */
const READ = 10_000

/**
 * What a library or another system says about a failure, for people and the log: redacted, on one line, shortened.
 *
 * @param error an error, or the text of an answer
 */
export function errorText(error: unknown): string {
  // Cut after redaction: a part of a secret is harder to recognize.
  const text = censor(redact(messageOf(error).slice(0, READ)))
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .toWellFormed()
  return text.length > LONGEST
    ? `${text
        .slice(0, LONGEST - 1)
        .trimEnd()
        .toWellFormed()}…`
    : text
}

function messageOf(error: unknown): string {
  if (typeof error === 'string') return error
  if (!(error instanceof Error)) return 'no reason was given'
  if (error.message) return error.message
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null
  return code ?? (error.cause === undefined ? error.name : messageOf(error.cause))
}
