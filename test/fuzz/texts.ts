import fc from 'fast-check'
import { HOSTILE_TEXTS } from '#test/support/hostile'

/** `npm run fuzz` sets 10,000. */
export const RUNS = { numRuns: Number(process.env.FUZZ_RUNS ?? 500) }

/** What has a meaning in one of the formats that texts are written to. */
const MARKS = [
  ...[
    '<',
    '>',
    '&',
    '|',
    '\\',
    '`',
    '```',
    '*',
    '_',
    '~',
    '[',
    ']',
    '(',
    ')',
    '!',
    '#',
    '@',
    '$',
    ':',
    '"',
    "'",
    '{',
    '}',
    '^',
  ],
  ...[
    '\n',
    '\r',
    '\r\n',
    '\t',
    ' ',
    '\u0000',
    '\u001B',
    '\u2028',
    '\u202E',
    '\u2066',
    '\u200B',
    '\uFEFF',
    '\u2060',
  ],
  ...[
    '<!channel>',
    '<@U0OPERATOR>',
    '<https://evil.example|x>',
    '&lt;',
    '&#60;',
    '&amp;',
    '@here',
    '@octocat',
    '#12',
    'GH-1',
  ],
  ...[
    'https://',
    'http://',
    'www.',
    'evil.example',
    '.com',
    'mailto:a@b.co',
    'javascript:',
    'a1b2c3d',
    '6dcb09b5b57875f334f61aebed695e2e4193db5e',
  ],
  ...[
    '<script>',
    '</td>',
    '<!--',
    '-->',
    ']]>',
    '<![CDATA[',
    '&#8288;',
    '| --- |',
    '---',
    '===',
    '- ',
    '1. ',
    '> ',
  ],
  ...['=', '+', '-', '@', ';', ',', '＝', '\uD83D', '\uDE00', '🔑', 'שלום'],
  ...['2026-11-23 09:02 UTC', '<!date^1^{date}|x>', '9999-99-99 99:99 UTC'],
]

/** Texts that people or other systems may write, made to break out of where they are shown. */
export const hostileText = (most = 12): fc.Arbitrary<string> =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc
        .array(
          fc.oneof(
            { weight: 3, arbitrary: fc.constantFrom(...MARKS) },
            fc.string({ unit: 'binary', maxLength: 3 }),
            fc.string({ maxLength: 5 }),
            fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
          ),
          { maxLength: most },
        )
        .map((parts) => parts.join('')),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(...Object.values(HOSTILE_TEXTS).map((text) => text.slice(0, 300))),
    },
  )
