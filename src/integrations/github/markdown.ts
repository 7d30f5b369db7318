import type { DocumentBlock, RichDocument, Span } from '#domain/ports/document'

const ZERO_WIDTH_SPACE = '&#8203;'

/** Where a zero-width space goes; no text has this control character. */
const PLACE = '\u0001'

/** What may be the id of a commit, which GitHub also knows by any seven of its first digits. */
const COMMIT = /(?<![\p{L}\p{N}_])(?=[a-f]*\d)[\da-f]{7,40}(?![\p{L}\p{N}_])/giu

/** Escapes for characters with a meaning in GitHub's Markdown. */
const MARKS: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  $: '&#36;',
  // Mentions and references are found in the rendered text, where a backslash has no effect.
  '@': `@${ZERO_WIDTH_SPACE}`,
  '#': `#${ZERO_WIDTH_SPACE}`,
  ...Object.fromEntries([...'\\`*_[]|~!:'].map((mark) => [mark, `\\${mark}`])),
}

const oneLine = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()

/** One line without active Markdown, HTML, mentions or references. */
const inert = (text: string): string =>
  oneLine(text)
    .replace(/www(?=\.)/gi, (www) => `${www}${PLACE}`)
    .replace(/\b(GH)(?=-\d)/gi, `$1${PLACE}`)
    .replace(COMMIT, (id) => id.replace(/.{6}(?=.)/g, `$&${PLACE}`))
    .replace(/[\\`*_[\]|~!:&<>$@#]/g, (mark) => MARKS[mark] ?? mark)
    .replaceAll(PLACE, ZERO_WIDTH_SPACE)

/** At the start of a line these make lists, headings, rules and quotes. */
const guardStart = (line: string): string =>
  line.replace(/^([-+=])/, '\\$1').replace(/^(\d+)([.)])/, '$1\\$2')

/** An address for angle brackets, with entities escaped. */
const target = (url: string): string =>
  oneLine(url).replace(/[\\`<>&|[\]\s]/g, (mark) => `&#${mark.codePointAt(0)};`)

const fence = (text: string, least: number): string =>
  '`'.repeat(Math.max(least, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)))

function codeSpan(text: string): string {
  const line = oneLine(text) || ' '
  const ticks = fence(line, 1)
  return `${ticks}${line.startsWith('`') || line.endsWith('`') ? ` ${line} ` : line}${ticks}`
}

const SPANS: { [Kind in Span['kind']]: (span: Extract<Span, { kind: Kind }>) => string } = {
  text: ({ text, strong }) => (strong && inert(text) ? `**${inert(text)}**` : keepEdges(text)),
  code: ({ text }) => codeSpan(text),
  link: ({ text, url }) => `[${inert(text) || 'link'}](<${target(url)}>)`,
}

/** Spaces at the ends separate spans. */
const keepEdges = (text: string): string =>
  `${/^\s/.test(text) ? ' ' : ''}${inert(text)}${/\S\s+$/.test(text) ? ' ' : ''}`

/** What GitHub would make one mention, reference or address of, though two spans have a part of it each. */
const isJoined = (before: Span | undefined, { kind, text }: Span): boolean =>
  // The backticks of two codes would be one run.
  (before?.kind === 'code' && kind === 'code') ||
  (/[\p{L}\p{N}_/@#.-]$/u.test(before?.text ?? '') && /^[\p{L}\p{N}_/@#.-]/u.test(text))

const line = (spans: Span[]): string =>
  guardStart(
    spans
      .filter(({ kind, text }) => kind !== 'text' || text !== '')
      .map((span, index, all) => {
        const words = (SPANS[span.kind] as (each: Span) => string)(span)
        return isJoined(all[index - 1], span) ? `${ZERO_WIDTH_SPACE}${words}` : words
      })
      .join('')
      .trim(),
  )

const BLOCKS: { [Kind in DocumentBlock['kind']]: (block: Extract<DocumentBlock, { kind: Kind }>) => string } =
  {
    heading: ({ text }) => `### ${inert(text)}`,
    paragraph: ({ spans }) => line(spans),
    list: ({ items }) => items.map((spans) => `- ${line(spans)}`).join('\n'),
    code({ text }) {
      const content = text
        .toWellFormed()
        .replace(/\r\n?/g, '\n')
        .replace(/[^\P{Cc}\n\t]/gu, ' ')
      const ticks = fence(content, 3)
      return `${ticks}text\n${content}\n${ticks}`
    },
  }

/** GitHub Markdown; people's text is shown as written and has no effect. */
export const toMarkdown = (document: RichDocument): string =>
  document.map((block) => (BLOCKS[block.kind] as (each: DocumentBlock) => string)(block)).join('\n\n')

/** Every address that `toMarkdown` wrote. */
export const linksInMarkdown = (markdown: string): string[] =>
  [...markdown.matchAll(/\]\(<([^<>\s]*)>\)/g)].map(([, address = '']) =>
    address.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code))),
  )
