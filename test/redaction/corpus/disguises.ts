import type { Generator } from './generator.ts'
import type { Kind } from './kinds.ts'
import { ISSUED, NAMED } from './kinds.ts'

const clear = (name: string): ((g: Generator) => string) => {
  const found = [...ISSUED, ...NAMED].find(([each]) => each === name)
  if (!found) throw new TypeError(`no kind ${name}`)
  return found[1]
}

const LOOKALIKE: Record<string, string> = {
  a: 'а',
  c: 'с',
  e: 'е',
  o: 'о',
  p: 'р',
  x: 'х',
  A: 'А',
  K: 'К',
  M: 'М',
}

const WAYS: readonly (readonly [string, (text: string, g: Generator) => string])[] = [
  [
    'a zero-width character inside',
    (text, g) => {
      const at = 3 + g.int(6)
      return `${text.slice(0, at)}\u200b${text.slice(at)}`
    },
  ],
  ['zero-width characters everywhere', (text) => [...text].join('\u200d')],
  ['a soft hyphen inside', (text) => `${text.slice(0, 6)}\u00ad${text.slice(6)}`],
  [
    'full-width',
    (text) => text.replace(/[!-~]/g, (each) => String.fromCharCode(each.charCodeAt(0) + 0xfee0)),
  ],
  ['look-alike letters', (text) => text.replace(/[aceopxAKM]/g, (each) => LOOKALIKE[each] ?? each)],
  ['broken over two lines', (text) => `${text.slice(0, 12)}\n${text.slice(12)}`],
  ['broken with a backslash', (text) => `${text.slice(0, 15)}\\\n${text.slice(15)}`],
  ['bold in the middle', (text) => `${text.slice(0, 8)}**${text.slice(8)}**`],
  ['in code marks', (text) => `\`${text}\``],
  ['in base64', (text) => Buffer.from(text).toString('base64')],
  ['in base64 of base64', (text) => Buffer.from(Buffer.from(text).toString('base64')).toString('base64')],
  ['in hex', (text) => Buffer.from(text).toString('hex')],
  [
    'in percent signs',
    (text) => [...text].map((each) => `%${each.charCodeAt(0).toString(16).padStart(2, '0')}`).join(''),
  ],
  [
    'in JSON escapes',
    (text) => [...text].map((each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  ],
  ['in HTML escapes', (text) => [...text].map((each) => `&#${each.charCodeAt(0)};`).join('')],
  ['letter by letter', (text) => [...text].join(' ')],
  ['quoted', (text) => `> ${text}`],
]

/** Encoded or disguised ones. */
export const DISGUISED: readonly Kind[] = WAYS.flatMap(([way, disguise]) =>
  ['GitHub ghp_', 'Slack bot', 'Vault service token'].map(
    (name): Kind => [`${name}, ${way}`, (g) => disguise(clear(name)(g), g)],
  ),
)
