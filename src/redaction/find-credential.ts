import { findBareValue } from './credentials/bare-values.ts'
import { CUSTOM_FORMATS } from './credentials/custom-formats.ts'
import { FORMATS } from './credentials/formats.ts'
import { findNamedValue } from './credentials/named-values.ts'
import { readingsOf } from './credentials/readings.ts'

/** A credential in a text: what it is, and on which line it begins; null where it is spread over lines. */
export interface FoundCredential {
  kind: string
  line: number | null
}

/** Longer texts are looked at piece by piece, so that the time grows with the length alone. */
const PIECE = 4_000
/** The longest part of a credential that its pattern needs. */
const OVERLAP = 400

/**
 * Looks for a credential in a text, by the forms that issuers document, by telling words and by randomness, also where it is
 * encoded or disguised. Takes linear time.
 *
 * @returns its kind, such as `a Vault token`; null when none is found
 */
export function recognizeCredential(text: string): string | null {
  for (let from = 0; from === 0 || from < text.length - OVERLAP; from += PIECE - OVERLAP) {
    const found = inPiece(text.slice(from, from + PIECE))
    if (found) return found
  }
  return null
}

function inPiece(text: string): string | null {
  if (text.trim().length < 4) return null
  const { texts, joined } = readingsOf(text)
  for (const each of texts) {
    const found = byFormat(each) ?? findNamedValue(each) ?? findBareValue(each)
    if (found) return found
  }
  for (const each of joined) {
    const found = byFormat(each)
    if (found) return found
  }
  return null
}

const byFormat = (text: string): string | null =>
  [...CUSTOM_FORMATS, ...FORMATS].find(([, pattern]) => pattern.test(text))?.[0] ?? null

/** As `recognizeCredential`, also by the rules of secretlint, with the place. @param text what a person typed */
export async function findCredential(text: string): Promise<FoundCredential | null> {
  const kind = recognizeCredential(text) ?? (await bySecretlint(text))
  return kind === null ? null : { kind, line: lineOf(text) }
}

function lineOf(text: string): number | null {
  const line = text.split('\n').findIndex((each) => recognizeCredential(each) !== null)
  return line < 0 ? null : line + 1
}

async function bySecretlint(text: string): Promise<string | null> {
  // Loaded when first needed: most starts see no form for hours.
  const { lintSource } = await import('@secretlint/core')
  const { creator: rule } = await import('@secretlint/secretlint-rule-preset-recommend')
  for (let from = 0; from === 0 || from < text.length - OVERLAP; from += PIECE - OVERLAP) {
    // Secretlint obeys comments in the text; a person must not be able to switch it off.
    const content = text.slice(from, from + PIECE).replace(/secretlint-/gi, 'secretlint_')
    const { messages } = await lintSource({
      source: { content, filePath: 'text.txt', ext: '.txt', contentType: 'text' },
      options: { config: { rules: [{ id: 'recommended', rule }] } },
    })
    const [first] = messages
    if (first) return `a credential (${first.messageId.toLowerCase().replaceAll('_', ' ')})`
  }
  return null
}
