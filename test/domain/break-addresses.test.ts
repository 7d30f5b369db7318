import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { breakAddresses } from '#domain/break-addresses'

/** As linkifying clients find them. */
const LIVE =
  /[a-z][a-z\d+.-]*:\/\/\S|www\.\S|[\w.+-]+@[\w-]+\.\w|(?<![\p{L}\p{N}])[\p{L}\p{N}-]+\.(?:com|example|io|dev|evil\.org|co|рф|xn--p1ai)(?![\p{L}\p{N}-])|\bmailto:\S/iu

describe('addresses in texts', () => {
  it.each([
    'www.evil.example',
    'WWW.evil.example/path?q=1',
    'http://evil.example',
    'hTTps://evil.example:8443/#x',
    'ftp://evil.example',
    'slack://channel?id=1',
    'evil.example',
    'evil.com, and login.evil.io/reset',
    'пример.рф',
    'xn--e1afmkfd.xn--p1ai',
    'mail@evil.example',
    'mailto:mail@evil.com',
    '(evil.dev)',
    '"evil.co"',
    '*evil.com* _evil.com_',
    'evil。com',
  ])('%s is no link', (text) => {
    const broken = breakAddresses(text, '\u2060')
    expect(broken).not.toBe(text)
    expect(broken.replaceAll('\u2060', '')).toBe(text)
    expect(broken).not.toMatch(LIVE)
  })

  it.each([
    'logs/agents/rotation-log.md',
    'agents-rotate-tokens.yml',
    'secrets.mount',
    '10.0.0.12:5432 since 09:02, v1.2.3',
    'flashfusion/production/orchestrator',
    'One sentence. Another one… e.g. this',
    'R42: 9 of 9',
  ])('%s is left as it is', (text) => {
    expect(breakAddresses(text, '\u2060')).toBe(text)
  })

  it('have no live one in any mixture', () => {
    const part = fc.constantFrom(
      ...[
        'www',
        '.',
        'evil',
        'com',
        'http',
        '://',
        '@',
        '/',
        ' ',
        ':',
        'a',
        '-',
        'mailto:',
        'example',
        '1',
        '。',
      ],
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        expect(breakAddresses(parts.join(''), '\u2060')).not.toMatch(LIVE)
      }),
      { numRuns: 1_000 },
    )
  })
})
