import { describe, expect, it } from 'vitest'
import {
  clip,
  code,
  escapeText,
  escapeUntrusted,
  link,
  list,
  mention,
  plural,
  quoteUntrusted,
  sanitizePlainText,
  toPlainText,
} from '#views/text'
import { calendarDay, clock, duration, sentenceOf, toFileText, when } from '#views/times'

describe('texts that somebody else wrote', () => {
  it('cannot ring, link or open code', () => {
    expect(escapeText('<!channel> & <@U1>')).toBe('&lt;!channel&gt; &amp; &lt;@U1&gt;')
    expect(escapeUntrusted('```rm -rf```')).not.toContain('`')
  })

  it('stay on one line among ours', () => {
    expect(escapeUntrusted('one\n\n  two\tthree')).toBe('one two three')
  })

  it('keep their reading direction to themselves, and may not bring controls of their own', () => {
    expect(escapeUntrusted('\u202Egnp.exe\u2069 שלום')).toBe('\u2068gnp.exe שלום\u2069')
    for (const line of quoteUntrusted('שלום\nעולם')) expect(line).toMatch(/^> \u2068.*\u2069$/)
  })

  it('are left alone when they are plain', () => {
    expect(escapeUntrusted('Before release 7, José')).toBe('Before release 7, José')
  })

  it('are within the limit after escaping, not before', () => {
    const shown = escapeUntrusted('&'.repeat(100), 40)
    expect(shown.length).toBeLessThanOrEqual(40)
    expect(shown).toMatch(/^(&amp;)+…$/)
  })

  it('show a dash when there is nothing to show', () => {
    expect(escapeUntrusted(' \n ')).toBe('–')
    expect(sanitizePlainText('', 10)).toBe('–')
  })

  it('lose nothing when they are quoted', () => {
    const text = `${'a<b '.repeat(400)}\n${'🔑'.repeat(700)}\nend`
    const back = quoteUntrusted(text)
      .map((line) =>
        toPlainText(line)
          .replace(/^> /, '')
          .replaceAll(/[\u2068\u2069]/g, ''),
      )
      .join('')
    expect(back).toBe(text.replaceAll('\n', ''))
  })
})

describe('clip', () => {
  it.each([
    ['short', 10, 'short'],
    ['exactly ten', 11, 'exactly ten'],
    ['one too long', 11, 'one too…'],
    ['🔑🔑🔑', 5, '🔑🔑…'],
    ['🔑🔑🔑', 4, '🔑…'],
  ])('%s to %d', (text, limit, clipped) => {
    expect(clip(text, limit)).toBe(clipped)
    expect(clipped.length).toBeLessThanOrEqual(limit)
  })
})

describe('clip between words', () => {
  it.each([
    ['short', 10, 'short'],
    ['revoked 7f3a1c52-0000, by hand', 24, 'revoked 7f3a1c52-0000…'],
    ['seen on 2026-11-23 09:12 UTC', 22, 'seen on 2026-11-23…'],
    ['監査ログを確認しました。', 8, '監査ログを確認…'],
    ['a-name-of-many-parts', 12, 'a-name-of…'],
    // One word that cannot fit.
    ['x'.repeat(30), 10, 'xxxxxxxxx…'],
  ])('of %j at %i: %j', (text, limit, clipped) => {
    expect(clip(text, limit)).toBe(clipped)
  })
})

describe('dates', () => {
  const at = '2026-11-23T09:02:00.000Z'
  const shown = '<!date^1795424520^{date_short_pretty} {time}|2026-11-23 09:02 UTC>'

  it('are shown in the reader’s zone, days in the same form', () => {
    expect(when(at)).toBe(shown)
    expect(calendarDay('2026-11-23')).toBe('<!date^1795435200^{date_short_pretty}|2026-11-23>')
    expect(calendarDay('<!channel>')).not.toContain('<')
  })

  it('are found in the sentences of programs, but not in names and addresses', () => {
    expect(sentenceOf('seen since 2026-11-23 09:02:00 UTC')).toBe(`seen since ${shown}`)
    expect(sentenceOf('planned for deletion on 2026-11-23.')).toContain(
      'planned for deletion <!date^1795435200^',
    )
    for (const name of [
      'report-2026-11-23.csv',
      'logs/2026-11-23/x',
      'v2026-11-23',
      '2026-11-23-a',
      '2026-13-45',
    ])
      expect(sentenceOf(name)).toBe(name)
  })

  it('are ISO 8601 in files', () => {
    expect(toFileText(`${when(at)}, due ${calendarDay('2026-11-23')}`)).toBe(
      '2026-11-23T09:02:00Z, due 2026-11-23',
    )
  })
})

describe('links', () => {
  it('hold what cannot break out of them', () => {
    expect(link('https://x.example/a?q=1&r=<b>|c', 'a|b <c>')).toBe(
      '<https://x.example/a?q=1&amp;r=%3Cb%3E%7Cc|a¦b &lt;c&gt;>',
    )
  })

  it.each(['javascript:alert(1)', 'not a link', `https://x.example/${'a'.repeat(4000)}`])(
    'are words alone where the address cannot be followed: %.30s',
    (address) => {
      expect(link(address, 'words')).toBe('words')
    },
  )
})

it('mentions only what can be an id', () => {
  expect(mention('U0OPERATOR')).toBe('<@U0OPERATOR>')
  expect(mention('S0DEVOPSONCALL')).toBe('<!subteam^S0DEVOPSONCALL>')
  expect(mention('!channel')).toBe('!channel')
  expect(mention('U1> <!channel')).not.toContain('<')
})

it('shows a moment in the reader’s zone, with UTC where that is not understood', () => {
  expect(when('2026-11-23T09:02:00.000Z')).toBe(
    '<!date^1795424520^{date_short_pretty} {time}|2026-11-23 09:02 UTC>',
  )
})

it.each([
  [0, '0 s'],
  [42_000, '42 s'],
  [60_000, '1 min'],
  [7_800_000, '2 h 10 min'],
  [7_200_000, '2 h'],
  [93_600_000, '1 d 2 h'],
])('%d ms lasts %s', (ms, words) => {
  expect(duration(ms)).toBe(words)
})

it('counts hours on past a day on an incident’s clock', () => {
  expect([clock(42 * 60_000), clock(26 * 3_600_000), clock(-5)]).toEqual(['00:42', '26:00', '00:00'])
})

it('lists and counts as one would say it', () => {
  expect(list(['a', 'b', 'c'])).toBe('a, b and c')
  expect(list(['a', 'b', 'c', 'd'], 2)).toBe('a, b and 2 more')
  expect([plural(1, 'token'), plural(0, 'token'), plural(900, 'token')]).toEqual([
    '1 token',
    '0 tokens',
    '900 tokens',
  ])
  expect(code('a`b')).toBe('`aˋb`')
})
