import tlds from 'tlds' with { type: 'json' }

/** RFC 2606 and RFC 6761, and names that private networks use. */
const PRIVATE = [
  'example',
  'test',
  'invalid',
  'localhost',
  'local',
  'internal',
  'onion',
  'lan',
  'corp',
  'home',
]
/** Ends of file names rather than of domains. */
const FILES = ['md', 'sh', 'py', 'zip', 'mov']

const ENDS = new Set([...tlds, ...PRIVATE].filter((end) => !FILES.includes(end)))

/** `xn--` begins a name in other letters. */
const isEnd = (label: string): boolean => label.startsWith('xn--') || ENDS.has(label)

/** Dots that people write for the dot of a domain also work in browsers (UTS 46). */
const DOMAIN = /(?<=[\p{L}\p{N}\p{M}_-])([.。．｡])(?=([\p{L}][\p{L}\p{M}\p{N}-]*)(?![\p{L}\p{M}\p{N}-]))/gu

/**
 * Breaks what Slack, GitHub and mail clients would turn into links by themselves: addresses with a scheme or `www.`, bare
 * domains and e-mail addresses. The text looks the same.
 *
 * @param joiner an invisible character, or how the text's format writes it
 */
export const breakAddresses = (text: string, joiner: string): string =>
  text
    .replace(/(?<=[a-z][a-z\d+.-]*):(?=\/\/)/gi, `:${joiner}`)
    .replace(/\b(mailto|tel|xmpp|slack|javascript|data):(?=\S)/gi, `$1${joiner}:`)
    .replace(/www(?=[.。．｡])/gi, (www) => `${www}${joiner}`)
    .replace(/(?<=[\w.+-])@(?=[\p{L}\p{N}_.-])/gu, `@${joiner}`)
    .replace(DOMAIN, (dot, _, end: string) => (isEnd(end.toLowerCase()) ? `${joiner}${dot}` : dot))

/** Invisible, and no place to break a line. */
export const WORD_JOINER = '\u2060'

/** The plain text without addresses that a client would turn into links. */
export const unlink = (text: string): string => breakAddresses(text, WORD_JOINER)
