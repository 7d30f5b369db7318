/** Patterns that the recommended rules do not cover, and their names. */
const PATTERNS: [RegExp, string][] = [
  [/(?:AKIA|ASIA)[A-Z0-9]{16}/, 'an AWS access key id'],
  [/hv[sbr]\.[A-Za-z0-9_-]{20,}/, 'a Vault token'],
  [/gh[oprsu]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}/, 'a GitHub token'],
  [/xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}/, 'a Slack token'],
  [/AIza[A-Za-z0-9_-]{30,}/, 'a Google API key'],
  [/(?:pypi-|dop_v1_|ATATT|sk-|rk_live_|sk_live_|glpat-)[A-Za-z0-9_-]{16,}/, 'an API token'],
  [/-----BEGIN [A-Z ]*PRIVATE KEY|PuTTY-User-Key-File/, 'a private key'],
  [/eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/, 'a signed token (JWT)'],
  [/:\/\/[^\s/:@]*:[^\s/@]{3,}@/, 'a password in an address'],
  [/\b(?:Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{12,}/i, 'an authorization header'],
  [/\bcurl\b.*\s(?:-u|--user)[\s=]*[^\s:]+:\S{3,}/, 'a password on a command line'],
  [/--secret-(?:string|binary)[\s=]+\S{4,}/, 'a secret’s value on a command line'],
  // A name that suggests a secret, with a value of letters and digits; not `token: orchestrator/staging`.
  [
    /(?:password|passwd|secret|token|api[_-]?key|access[_-]?key|account[_-]?key|client[_-]?secret|\bsig)["']?\s*[=:]\s*["']?(?=[^\s"']*\d)(?=[^\s"']*[A-Za-z])[^\s"'/,;]{12,}/i,
    'a password or key',
  ],
]

/** Invisible characters would hide a credential from the patterns. */
const INVISIBLE = /[\p{Cf}\p{Cc}]/gu

/**
 * Looks for a credential in typed text, so that it is refused before it is stored or posted.
 * @returns its kind, such as `a Vault token`; null when none is found
 */
export async function findCredential(text: string): Promise<string | null> {
  // Secretlint obeys comments in the text; a person must not be able to switch it off.
  const content = text.replace(/secretlint-/gi, 'secretlint_')
  const seen = [content, content.replace(INVISIBLE, ''), content.replace(/\p{Cf}/gu, '')]
  const known = PATTERNS.find(([pattern]) => seen.some((each) => pattern.test(each)))
  if (known) return known[1]
  // Loaded when first needed: most starts see no form for hours.
  const { lintSource } = await import('@secretlint/core')
  const { creator: rule } = await import('@secretlint/secretlint-rule-preset-recommend')
  const { messages } = await lintSource({
    source: { content, filePath: 'text.txt', ext: '.txt', contentType: 'text' },
    options: { config: { rules: [{ id: 'recommended', rule }] } },
  })
  const [first] = messages
  return first ? `a credential (${first.messageId.toLowerCase().replaceAll('_', ' ')})` : null
}
