import { describe, expect, it } from 'vitest'
import { censor } from '#redaction/censor'
import { registerFormats } from '#redaction/credentials/custom-formats'
import { FORMATS } from '#redaction/credentials/formats'
import { findCredential } from '#redaction/find-credential'

// Assembled here so that scanners do not report this file.
const join = (...parts: string[]) => parts.join('')
const GITHUB = join('gh', 'p_', 'abcdefghijklmnopqrstuvwxyz0123456789')

describe('a credential in what a person types', () => {
  it.each([
    ['GitHub', GITHUB],
    ['GitHub, with a letter more', `${GITHUB}x`],
    ['GitHub, behind a letter', `x${GITHUB}`],
    ['GitHub, with an invisible character inside', `${GITHUB.slice(0, 12)}\u200b${GITHUB.slice(12)}`],
    ['GitHub, below a comment for the scanner', `# secretlint-disable\n${GITHUB}`],
    ['GitHub, below the same in slashes', `// secretlint-disable\n${GITHUB}`],
    ['Slack', join('xox', 'b-', '123456789012-123456789012-abcdefghijklmnopqrstuvwx')],
    ['AWS key id', join('AK', 'IA', 'QWERTYUIOPASDFGH')],
    ['AWS secret', join('aws_secret_access_key = ', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKE1')],
    ['Vault', join('hv', 's.', 'CAESIJlWh1234567890abcdefghijklmnop')],
    ['private key', join('-----BEGIN ', 'RSA PRIVATE KEY-----')],
    ['PGP', join('-----BEGIN ', 'PGP PRIVATE KEY BLOCK-----')],
    ['JWT', join('ey', 'JhbGciOiJIUzI1NiJ9.ey', 'JzdWIiOiIxMjM0NTY3ODkwIn0.', 'dozjgNryP4J3jVmNHl0w5N')],
    ['password in an address', 'redis://:hunter2@cache.example:6379'],
    ['header', 'Authorization: Bearer 4f9a8c7b6d5e4f3a2b1c'],
    ['command line', 'curl -u admin:hunter2 https://issuer.example/revoke'],
    ['secret value', 'aws secretsmanager put-secret-value --secret-string hunter2'],
    ['named value', 'PASSWORD="x9Kq83hdTz72mQ"'],
  ])('is found: %s', async (_, text) => {
    const found = await findCredential(`I ran this:\n${text}\nand it worked`)
    expect(found).toBeTruthy()
    expect(found?.kind).not.toContain('hunter2')
  })

  it.each([
    'token: orchestrator/staging',
    'aws secretsmanager update-secret-version-stage --secret-id flashfusion/staging/evaluator/capability-token',
    'Version 7f3a1c52-0000-4000-8000-000000000001 was revoked at 12:05.',
    'The secret: see the ticket OPS-DEVOPS-ROTATION.',
    'https://wiki.example/runbooks/rotation?token=overview',
    'שלום 🔑 | a <!channel>',
    '',
  ])('is not seen where there is none: %s', async (text) => {
    expect(await findCredential(text)).toBeNull()
  })
})

describe('where it is', () => {
  it.each([
    ['fine\nfine\npassword: hunter2', 3],
    ['password: hunter2', 1],
    [`one\n${GITHUB.slice(0, 14)}\n${GITHUB.slice(14)}`, null],
  ])('is said by the line', async (text, line) => {
    expect(await findCredential(text)).toMatchObject({ line })
  })
})

describe('formats of one’s own', () => {
  it('are refused by their name', async () => {
    registerFormats([{ name: 'an agent token', pattern: 'fft:[a-z]{8}' }])
    try {
      expect(await findCredential('seen: fft:abcdefgh')).toMatchObject({ kind: 'an agent token' })
    } finally {
      registerFormats([])
    }
  })
})

describe('what other systems wrote', () => {
  it.each([
    ['platform', 'platform'],
    [`platform ${GITHUB}`, 'platform [redacted]'],
    ['Deploy with password: hunter2', '[redacted]'],
    ['postgres://bot:[redacted]@db failed', 'postgres://bot:[redacted]@db failed'],
    ['', ''],
  ])('keeps what is no credential: %s', (text, censored) => {
    expect(censor(text)).toBe(censored)
  })
})

describe('the patterns', () => {
  it.each(FORMATS)('of %s repeat nothing without a limit', (_, { source }) => {
    const outside = source.replace(/\\./g, '').replace(/\[[^\]]*\]/g, '')
    expect(outside).not.toMatch(/[*+]|,\}/)
  })
})
