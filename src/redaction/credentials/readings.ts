/*
 * A text as a person, a terminal or a program may read it: without what hides a credential from patterns, and decoded.
 */

/** Letters of other alphabets that look like Latin ones. */
const LOOKALIKES: Record<string, string> = Object.fromEntries(
  [
    ['аàáâãäåɑαаａ', 'a'],
    ['ЬƄьЬ', 'b'],
    ['сϲⅽс', 'c'],
    ['ԁⅾɗ', 'd'],
    ['еёеҽ', 'e'],
    ['ցɡ', 'g'],
    ['һհ', 'h'],
    ['ііıɩι', 'i'],
    ['јϳ', 'j'],
    ['кκ', 'k'],
    ['ӏⅼǀ', 'l'],
    ['ոո', 'n'],
    ['оοօо', 'o'],
    ['рρр', 'p'],
    ['ԛ', 'q'],
    ['гᴦ', 'r'],
    ['ѕꜱ', 's'],
    ['тτ', 't'],
    ['υս', 'u'],
    ['ѵν', 'v'],
    ['ԝω', 'w'],
    ['хχх', 'x'],
    ['уγү', 'y'],
    ['ᴢ', 'z'],
    ['АΑ', 'A'],
    ['ВΒ', 'B'],
    ['СϹ', 'C'],
    ['ЕΕ', 'E'],
    ['ҒϜ', 'F'],
    ['Ԍ', 'G'],
    ['НΗ', 'H'],
    ['ІΙӀ', 'I'],
    ['Ј', 'J'],
    ['КΚ', 'K'],
    ['МΜ', 'M'],
    ['ΝՆ', 'N'],
    ['ОΟՕ', 'O'],
    ['РΡ', 'P'],
    ['Ѕ', 'S'],
    ['ТΤ', 'T'],
    ['Ս', 'U'],
    ['Ѵ', 'V'],
    ['Ԝ', 'W'],
    ['ХΧ', 'X'],
    ['УΥҮ', 'Y'],
    ['ΖᏃ', 'Z'],
    ['‐‑‒–—−﹣', '-'],
    ['＿ˍ', '_'],
    ['․', '.'],
    ['∕⁄', '/'],
    ['＝﹦', '='],
    ['﹕∶', ':'],
  ].flatMap(([from = '', to = '']) => [...from].map((each) => [each, to])),
)

/** Full-width and stylized characters, look-alikes, and what cannot be seen. */
export function plainLetters(text: string): string {
  if (/^[\x20-\x7E\n\r\t]*$/.test(text)) return text
  const mapped = text
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Mn}\u115F\u1160\u3164\uFFA0\u2800]|(?![\n\t\r])\p{Cc}/gu, '')
  let plain = ''
  for (const each of mapped) plain += LOOKALIKES[each] ?? each
  return plain
}

/** Slack's own notation of what it recognized, and the marks of Markdown and of quotations. */
const withoutMarks = (text: string): string =>
  text
    .replace(/<((?:https?|mailto):[^|>\s]{1,2000})(?:\|[^>]{0,500})?>/g, '$1')
    .replace(/[*`~]|\\(?=[_*`~\-.=])/g, '')
    .replace(/^[ \t]*(?:>|&gt;)+ ?/gm, '')

/** Continued on the next line, as terminals and e-mail wrap. */
const joined = (text: string): string => text.replace(/[=\\]?[ \t]*\r?\n[ \t>|]*/g, '')

const ESCAPES =
  /%([0-9a-fA-F]{2})|\\u\{?([0-9a-fA-F]{4})\}?|\\x([0-9a-fA-F]{2})|&#x([0-9a-fA-F]{2,4});|&#(\d{2,4});/g
const NAMED: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&apos;': "'" }

function unescaped(text: string): string {
  if (!/[%\\&]/.test(text)) return text
  return text
    .replace(/&(?:amp|lt|gt|quot|apos);/g, (name) => NAMED[name] ?? name)
    .replace(ESCAPES, (_, url, json, short, hex, decimal) =>
      String.fromCharCode(
        decimal === undefined ? Number.parseInt(url ?? json ?? short ?? hex, 16) : Number(decimal),
      ),
    )
}

const ENCODED = /[A-Za-z0-9+/_-]{12,8000}={0,2}/g
const HEX = /(?<![0-9a-fA-F])(?:(?:0x)?[0-9a-fA-F]{2}[\s:,]?){8,2000}(?![0-9a-fA-F])/g
/** Most of the text must be readable, or it was not encoded. */
const isReadable = (text: string): boolean => text.length >= 6 && /^[\x20-\x7E\s]*$/.test(text)

/** What base64 and hex in a text say. */
export function decodedParts(text: string): string[] {
  const base64 = [...text.matchAll(ENCODED)].flatMap(([found]) => {
    const plain = Buffer.from(found.replace(/-/g, '+').replace(/_/g, '/'), 'base64').toString('latin1')
    return isReadable(plain) ? [plain] : []
  })
  const hex = [...text.matchAll(HEX)].flatMap(([found]) => {
    const digits = found.replace(/0x/g, '').replace(/[\s:,]/g, '')
    const plain = Buffer.from(digits, 'hex').toString('latin1')
    return isReadable(plain) ? [plain] : []
  })
  return [...base64, ...hex]
}

export interface Readings {
  /** To be read in full. */
  texts: string[]
  /** Lines joined: only what has a clear form is looked for, because words run together. */
  joined: string[]
}

/** Every reading of a text; most texts have one. */
export function readingsOf(text: string): Readings {
  const plain = plainLetters(text)
  const open = withoutMarks(unescaped(unescaped(plain)))
  const texts = new Set([text, plain, open, withoutMarks(plain)])
  for (const part of decodedParts(open)) {
    texts.add(part)
    for (const inner of decodedParts(part)) texts.add(inner)
  }
  const lines = /\n/.test(open) ? [joined(open)] : []
  return { texts: [...texts], joined: [...lines, ...spacedOut(open)] }
}

/** `g h p _ a b c`: single characters with blanks between them. */
const spacedOut = (text: string): string[] =>
  [...text.matchAll(/(?:[A-Za-z0-9_=+/.-][ \t]){11,600}[A-Za-z0-9_=+/.-]/g)].map(([found]) =>
    found.replace(/\s/g, ''),
  )
