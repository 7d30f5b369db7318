import { describe, expect, it } from 'vitest'
import { malformedSecrets } from '#redaction/secret-variables'

const TOKENS = [
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
  'VAULT_NAMESPACE',
  'PROMETHEUS_ORG_ID',
]
const KEYS = ['GITHUB_APP_PRIVATE_KEY', 'ROTATION_SIGNING_KEY']
const ADDRESSES = ['DATABASE_URL', 'HTTPS_PROXY', 'PROMETHEUS_URL', 'VAULT_ADDR']

const VALUE = 'Zm9vYmFyYmF6cXV4'
const MALFORMED = {
  'more than one line': `${VALUE}\n${VALUE}`,
  'more than one line of Windows': `${VALUE}\r\n${VALUE}`,
  'a line end': `${VALUE}\n`,
  'a blank in front': ` ${VALUE}`,
  'a blank behind': `${VALUE}\t`,
  'a blank inside': `${VALUE} ${VALUE}`,
  quotes: `"${VALUE}"`,
  'single quotes': `'${VALUE}'`,
  'a character above U+00FF': `${VALUE}…`,
  'a dash that an editor changed': `${VALUE}–${VALUE}`,
  'an invisible character': `${VALUE}\u200B`,
  'a no-break space': `${VALUE}\u00A0`,
  'a control character': `${VALUE}\u0007`,
}

describe.each(TOKENS)('%s', (name) => {
  it.each(Object.entries(MALFORMED))('with %s is refused by name, without its value', (_, value) => {
    const problems = malformedSecrets({ [name]: value })
    expect(problems).toEqual([expect.stringMatching(new RegExp(`^${name} .*: set it again`))])
    expect(problems.join()).not.toContain(VALUE.slice(0, 8))
  })

  it('is accepted otherwise', () => {
    expect(malformedSecrets({ [name]: `xoxb-1.${VALUE}/+_=~` })).toEqual([])
    expect(malformedSecrets({ [name]: undefined })).toEqual([])
  })
})

describe.each(KEYS)('%s', (name) => {
  it('may have several lines', () => {
    expect(malformedSecrets({ [name]: `-----BEGIN PRIVATE KEY-----\n${VALUE}\n` })).toEqual([])
    expect(malformedSecrets({ [name]: VALUE })).toEqual([])
  })

  it('may have no other character', () => {
    expect(malformedSecrets({ [name]: `${VALUE}…` })).toEqual([expect.stringContaining(name)])
    expect(malformedSecrets({ [name]: `"${VALUE}\n"` })).toEqual([expect.stringContaining('is in quotes')])
  })
})

describe.each(ADDRESSES)('%s', (name) => {
  it.each(Object.values(MALFORMED).filter((value) => /[\s\p{Cc}]/u.test(value)))(
    'with a password %j is refused by name, without its value',
    (password) => {
      const problems = malformedSecrets({ [name]: `https://bot:${password}@host.example/` })
      expect(problems).toEqual([expect.stringContaining(name)])
      expect(problems.join()).not.toContain(VALUE.slice(0, 8))
    },
  )

  it('is accepted otherwise', () => {
    expect(malformedSecrets({ [name]: `https://bot:${VALUE}%20@host.example/` })).toEqual([])
    expect(malformedSecrets({ [name]: 'file:some folder/rotation.db' })).toEqual([])
  })
})

it('names of files, and ordinary variables, are nobody’s secret', () => {
  expect(
    malformedSecrets({
      AWS_WEB_IDENTITY_TOKEN_FILE: '/a path/token',
      NPM_TOKEN: 'a b',
      LANG: 'a b',
      PS1: '"x" …',
    }),
  ).toEqual([])
})
