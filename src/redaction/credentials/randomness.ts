/*
 * Whether a string looks as if a machine had chosen it. Words change seldom between upper case, lower case and digits, and have
 * vowels; random strings do neither.
 */

const classOf = (code: number): number =>
  code >= 48 && code <= 57 ? 1 : code >= 65 && code <= 90 ? 2 : code >= 97 && code <= 122 ? 3 : 4

interface Shape {
  length: number
  digits: number
  upper: number
  lower: number
  /** How often two characters beside one another are of different classes, from 0 to 1. */
  changes: number
  distinct: number
}

export function shapeOf(text: string): Shape {
  const counts = [0, 0, 0, 0, 0]
  let changes = 0
  let before = 0
  for (let at = 0; at < text.length; at += 1) {
    const kind = classOf(text.charCodeAt(at))
    counts[kind] = (counts[kind] ?? 0) + 1
    if (before !== 0 && kind !== before) changes += 1
    before = kind
  }
  const [, digits = 0, upper = 0, lower = 0] = counts
  return {
    length: text.length,
    digits,
    upper,
    lower,
    changes: changes / Math.max(1, text.length - 1),
    distinct: new Set(text).size,
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
export const isUuid = (text: string): boolean => UUID.test(text)

/** The parts between marks, of which names of things are made. */
const partsOf = (text: string): string[] => text.split(/[-_./:=+~@,]+/)

/** A string with no telling word beside it. */
export function isRandom(text: string): boolean {
  if (isUuid(text) || text.length < 16) return false
  return partsOf(text).some(isRandomPart) || isMarkedRandom(text)
}

/** Without marks inside. */
function isRandomPart(part: string): boolean {
  const { length, digits, upper, lower, changes, distinct } = shapeOf(part)
  if (length < 16 || distinct < 8) return false
  if (digits > 0 && upper > 1 && lower > 1) return changes >= (digits > 1 ? 0.38 : 0.42)
  // Left to the rule of hexadecimal numbers, which looks at the words before them.
  if (length < 32 && /^[0-9a-f]+$/i.test(part)) return false
  if (length >= 28 && digits > 2 && upper + lower > 4 && changes >= 0.12) return true
  if (length < 20 || digits < 3) return length >= 24 && upper > 3 && lower > 3 && changes >= 0.4
  return upper + lower >= 4 && changes >= 0.22
}

/** Base64 and its like, where a mark may be anywhere. */
function isMarkedRandom(text: string): boolean {
  const plain = text.replace(/[-_/+=.~]/g, '')
  if (plain.length < 30 || plain.length < text.length * 0.85) return false
  const { digits, upper, lower, changes } = shapeOf(plain)
  return (
    digits > 0 && upper > 4 && lower > 4 && changes >= 0.42 && partsOf(text).some((part) => !isWordLike(part))
  )
}

/** A word, a number, a version, a date. */
const isWordLike = (part: string): boolean =>
  /^(?:[a-z]{1,24}|[A-Za-z]?[a-z]{1,20}(?:[A-Z][a-z]{1,20}){1,6}|[A-Z]{1,24}|[A-Z][a-z]{1,24}|[A-Z]?[a-z]{0,20}[0-9]{0,6}|[vVrR]?[0-9]{1,14}|[0-9]{1,4}[a-z]{1,4})$/.test(
    part,
  )

/** Values that people write instead of one. */
const PLACEHOLDERS =
  /^(?:x{3,}|\*{2,}|\.{2,}|…|<.*>|\[.*\]|\{.*\}|\$.*|%.*%|\(.*\)|redacted|hidden|masked|omitted|secret|password|token|changeme|placeholder|example|your[-_a-z]*|none|null|nil|undefined|true|false|empty|unset|todo|tbd|n\/a|unknown|required|optional|invalid|valid|expired|revoked|rotated|missing|wrong|correct|incorrect|set|reset|changed|updated|stored|created|deleted|disabled|enabled|available|unavailable|ok|fine|good|old|new|current|previous|here|there|that|this|what|not|never|now|only|also|still|already|always|both|same|different|needed|used|unused|safe|lost|in|at|on|by|of|to|for|from|with|from|see|the|a|an|is|was|were|are|be|been|it|its|and|or|as|no|yes)$/i

const LABELS = /^(?:arn:|https?:|s3:|vault:|ssm:|op:|sops:|file:|env:|ref\+|\/)/i
const DATE = /^\d{4}-\d{2}-\d{2}(?:[T ][\d:.]{2,12}Z?(?:[+-]\d{2}:?\d{2})?)?$|^\d{1,2}[:.]\d{2}$/

/** A name of something, made of words: `orchestrator-v2-production`, `flashfusion/staging/evaluator`. */
export const isName = (value: string): boolean =>
  LABELS.test(value) ||
  DATE.test(value) ||
  (/^[A-Za-z0-9][A-Za-z0-9_./:@#-]*$/.test(value) && partsOf(value).every(isWordLike))

export const isPlaceholder = (value: string): boolean => PLACEHOLDERS.test(value)

/** The value of something that is called a key or a token. */
export function isSecretValue(value: string): boolean {
  if (value.length < 8 || isPlaceholder(value) || isName(value)) return false
  if (isUuid(value)) return false
  const { digits, upper, lower, changes } = shapeOf(value)
  if (/^[0-9a-f]+$/i.test(value)) return value.length >= 16 && digits > 1 && upper + lower > 1
  const letters = upper + lower
  if (letters === 0) return value.length >= 16 && /^\d+$/.test(value)
  if (isRandom(value)) return true
  const isMixed = upper > 2 && lower > 2 && value.length >= 16
  return (digits > 0 || isMixed) && changes >= 0.2 && value.length >= 10
}

/** The value of something that is called a password: shorter, and chosen by a person. */
export function isPassword(value: string, isAssigned: boolean): boolean {
  if (value.length < 5 || isPlaceholder(value) || LABELS.test(value) || DATE.test(value)) return false
  const { digits, upper, lower, length } = shapeOf(value)
  const marks = length - digits - upper - lower
  if (isUuid(value)) return true
  if (digits > 0 && upper + lower > 0) return !/^[a-z]{2,20}(?:[-/][a-z0-9]{1,20}){2,}$/.test(value)
  if (/[!@#$%^&*?+=~]/.test(value) && upper + lower > 2 && marks < length / 2) return true
  if (digits === length) return length >= 6
  if (upper > 1 && lower > 1 && length >= 8) return true
  // A word: only where it is assigned, as programs do.
  return isAssigned && length >= 8 && !/[/.]/.test(value) && !/(?:ed|ing|tion|ly)$/i.test(value)
}
