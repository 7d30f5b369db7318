import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redactLine, registerSecrets } from '#redaction/error-text'
import { createRedactor } from '#redaction/redactor'
import { secretValues } from '#redaction/secret-variables'

const ALPHABET = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789']
const token = (extra = '', min = 16, max = 64) =>
  fc
    .array(fc.constantFrom(...ALPHABET, ...extra), { minLength: min, maxLength: max })
    .map((signs) => signs.join(''))
    .filter((value) => /[0-9]/.test(value))

const pem = fc
  .array(token('+/', 64, 64), { minLength: 2, maxLength: 5 })
  .map((lines) => `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`)

const password = token('!*()\'"<>&+= ', 12, 40)
const inAddress = (secret: string) => `postgres://bot:${encodeURIComponent(secret)}@db.example:5432/rotation`

/** Each secret variable: its value, and what of it is the secret. */
const VARIABLES: Record<string, fc.Arbitrary<{ value: string; secret: string }>> = {
  ...Object.fromEntries(
    [
      'SLACK_BOT_TOKEN',
      'SLACK_APP_TOKEN',
      'GITHUB_TOKEN',
      'VAULT_TOKEN',
      'VAULT_ROLE_ID',
      'VAULT_SECRET_ID',
      'PAGERDUTY_ROUTING_KEY',
      'PAGERDUTY_API_TOKEN',
      'JIRA_API_TOKEN',
      'PROMETHEUS_BEARER_TOKEN',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_SESSION_TOKEN',
    ].map((name) => [name, token('-_+/=.').map((value) => ({ value, secret: value }))]),
  ),
  GITHUB_APP_PRIVATE_KEY: pem.map((value) => ({ value, secret: value })),
  ROTATION_SIGNING_KEY: pem.map((value) => ({ value, secret: value })),
  ...Object.fromEntries(
    ['DATABASE_URL', 'HTTPS_PROXY', 'HTTP_PROXY', 'PROMETHEUS_URL', 'VAULT_ADDR', 'SLACK_API_URL'].map(
      (name) => [name, password.map((secret) => ({ value: inAddress(secret), secret }))],
    ),
  ),
}

const half = (text: string) => Math.floor(text.length / 2)
const wrap = (text: string, width: number, by: string) =>
  (text.match(new RegExp(`[\\s\\S]{1,${width}}`, 'g')) ?? []).join(by)

/** What libraries, shells and terminals make of a value. */
const MANGLINGS: Record<string, (secret: string) => string> = {
  'as it is': (secret) => secret,
  trimmed: (secret) => secret.trim(),
  'one line of it': (secret) => secret.split('\n').at(1) ?? secret,
  'its beginning': (secret) => secret.slice(0, half(secret)),
  'its end': (secret) => secret.slice(half(secret)),
  'its middle': (secret) => secret.slice(3, -3),
  'as JSON': (secret) => JSON.stringify(secret),
  'as JSON in JSON': (secret) => JSON.stringify(JSON.stringify({ body: secret })),
  'in a URL': encodeURIComponent,
  'in a URL, in lower case': (secret) => encodeURIComponent(secret).replace(/%../g, (s) => s.toLowerCase()),
  'in a URL twice': (secret) => encodeURIComponent(encodeURIComponent(secret)),
  'in a form': (secret) => new URLSearchParams({ token: secret }).toString(),
  'in HTML': (secret) => secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;'),
  'wrapped over lines': (secret) => wrap(secret, 10, '\n    '),
  'wrapped with line ends of Windows': (secret) => wrap(secret, 7, '\r\n'),
  'wrapped in JSON': (secret) => JSON.stringify(wrap(secret, 9, '\n')),
}

/** The parts of a secret that came through: eight characters or more. */
const partsIn = (text: string, secret: string): string[] =>
  Array.from({ length: Math.max(0, secret.length - 7) }, (_, at) => secret.slice(at, at + 8)).filter((part) =>
    text.includes(part),
  )

// No secret has these signs: one that went on as the sentence does would take some of it with it.
const around = (text: string) => `request to https://api.example failed: «${text}» is not a legal value`

describe('secrets in texts of libraries', () => {
  it.each(Object.entries(VARIABLES))('are removed whatever became of %s', (name, values) => {
    fc.assert(
      fc.property(values, fc.constantFrom(...Object.keys(MANGLINGS)), ({ value, secret }, how) => {
        const redact = createRedactor(secretValues({ [name]: value }))
        const text = redact(around(MANGLINGS[how]?.(secret) ?? ''))
        expect(partsIn(text, secret), how).toEqual([])
        const plain = JSON.stringify(text).replaceAll(/\\+[nr]|\s|\\/g, '')
        expect(partsIn(plain, secret.replaceAll(/[\s\\]/g, '')), how).toEqual([])
        expect(text).toMatch(/^request to https:\/\/api\.example failed: .*is not a legal value$/s)
      }),
      { numRuns: 60 },
    )
  })

  it('are removed from Basic authentication, whatever the user’s length, and from hex', () => {
    fc.assert(
      fc.property(token('-_'), token(), fc.nat(5), (secret, user, cut) => {
        const redact = createRedactor([secret])
        const header = Buffer.from(`${user.slice(cut)}:${secret}`).toString('base64')
        const shown = redact(around(`Authorization: Basic ${header}`))
        const kept = /Basic ([\w+/=]*)/.exec(shown)?.[1] ?? ''
        expect(partsIn(Buffer.from(kept, 'base64').toString(), secret)).toEqual([])
        const alone = redact(around(header))
        for (const word of alone.split(/[^\w+/=-]+/))
          expect(partsIn(Buffer.from(word, 'base64').toString(), secret)).toEqual([])
        expect(redact(Buffer.from(secret).toString('hex'))).toBe('[redacted]')
      }),
    )
  })

  it('leave a line of JSON readable as JSON', () => {
    fc.assert(
      fc.property(token('"\\<&\n'), fc.string(), (secret, other) => {
        registerSecrets([secret])
        const line = `${JSON.stringify({ level: 50, error: { message: `${other}${secret}${other}` } })}\n`
        const shown = JSON.parse(redactLine(line)) as { level: number; error: { message: string } }
        expect(shown.level).toBe(50)
        expect(partsIn(shown.error.message, secret)).toEqual([])
      }),
    )
  })

  it('leave other texts as they are', () => {
    const redact = createRedactor(['xoxb-sandbox-rotation-bot', 'ghp_Zm9vYmFyYmF6cXV4', 'short'])
    const text = 'The rotation log logs/agents/rotation-log.md is short: sandbox-2 could not be read (503)'
    expect(redact(text)).toBe(text)
    expect(redact('')).toBe('')
  })

  it('are removed where no variable has them', () => {
    const redact = createRedactor([])
    expect(redact('connect to postgres://bot:hunter2@db failed')).toBe(
      'connect to postgres://bot:[redacted]@db failed',
    )
    expect(redact('Authorization: Bearer ey1.abcdefgh, x')).toBe('Authorization: Bearer [redacted], x')
    expect(redact('hvs.CAESIJ1234567890 refused')).toBe('[redacted] refused')
  })
})
