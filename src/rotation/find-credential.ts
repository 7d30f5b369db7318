import { lintSource } from '@secretlint/core'
import { creator as recommended } from '@secretlint/secretlint-rule-preset-recommend'

/** What the recommended rules leave out, with what it is called. */
const PATTERNS: [RegExp, string][] = [
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/, 'an AWS access key id'],
  [/\bhv[sbr]\.[A-Za-z0-9_-]{20,}/, 'a Vault token'],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, 'a private key'],
  [/\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/, 'a signed token (JWT)'],
  [/:\/\/[^\s/:@]+:[^\s/@]{3,}@/, 'a password in an address'],
]

/**
 * Looks for a credential in what a person typed, so that it is refused before it is stored or posted.
 *
 * @returns what was found, such as `a Vault token`, without the credential itself; null when nothing was
 */
export async function findCredential(text: string): Promise<string | null> {
  const known = PATTERNS.find(([pattern]) => pattern.test(text))
  if (known) return known[1]
  const { messages } = await lintSource({
    source: { content: text, filePath: 'text.txt', ext: '.txt', contentType: 'text' },
    options: { config: { rules: [{ id: 'recommended', rule: recommended }] } },
  })
  const [first] = messages
  return first ? `a credential (${first.messageId.toLowerCase().replaceAll('_', ' ')})` : null
}
