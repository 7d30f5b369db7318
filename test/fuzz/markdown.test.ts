import fc from 'fast-check'
import { micromark } from 'micromark'
import { gfmAutolinkLiteral, gfmAutolinkLiteralHtml } from 'micromark-extension-gfm-autolink-literal'
import { gfmTable, gfmTableHtml } from 'micromark-extension-gfm-table'
import { describe, expect, it } from 'vitest'
import type { DocumentBlock, Span } from '#domain/ports/document'
import { appendEntry, LogBroken, readLogRows } from '#domain/rotation/log-file'
import { cellsOf, cellText, escapeCell, escapeWithLinks, formatLine } from '#domain/rotation/markdown-table'
import { toMarkdown } from '#integrations/github/markdown'
import { type AdfNode, toAdf } from '#integrations/jira/adf'
import { aLogEntry } from '#test/support/log-entry-builder'
import { hostileText, RUNS } from './texts.ts'

/** As GitHub shows it, but for what GitHub finds in the rendered text. */
const render = (markdown: string): string =>
  micromark(markdown, {
    allowDangerousHtml: true,
    extensions: [gfmTable(), gfmAutolinkLiteral()],
    htmlExtensions: [gfmTableHtml(), gfmAutolinkLiteralHtml()],
  })

const tagsIn = (html: string): string[] =>
  [...html.matchAll(/<\/?([a-z!][a-z0-9]*)/gi)].map(([, name = '']) => name.toLowerCase())

/** What GitHub makes a mention or a reference, in the rendered text, but not in code and links. */
const REFERENCE =
  /(?:^|[^\p{L}\p{N}_`/])(?:@[a-z\d]|#\d|GH-\d)|(?<![\p{L}\p{N}_])(?=[a-f]*\d)[\da-f]{7,40}(?![\p{L}\p{N}_])/iu

const textOutsideCode = (html: string): string =>
  html
    .replace(/<(code|a)\b[^>]*>[\s\S]*?<\/\1>/g, ' ')
    .replace(/<[^>]*>/g, '')
    .replace(/&#(?:x([\da-f]+)|(\d+));/gi, (_, hex, decimal) =>
      String.fromCodePoint(hex ? Number.parseInt(hex, 16) : Number(decimal)),
    )

const shownText = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g, '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()

describe('cells of the rotation log', () => {
  it('break out of nothing, and link nowhere', () => {
    fc.assert(
      fc.property(hostileText(), hostileText(), (first, second) => {
        const row = formatLine([escapeCell(first), escapeCell(second)])
        const html = render(`| a | b |\n| --- | --- |\n${row}\n`)
        expect(html.match(/<td/g)).toHaveLength(2)
        expect(
          tagsIn(html).filter((name) => !['table', 'thead', 'tbody', 'tr', 'th', 'td'].includes(name)),
        ).toEqual([])
      }),
      RUNS,
    )
  })

  it('are read as they were written', () => {
    fc.assert(
      fc.property(hostileText(), hostileText(), (first, second) => {
        const [a, b, ...rest] = cellsOf(formatLine([escapeCell(first), escapeCell(second)]))
        expect(rest).toEqual([])
        expect([cellText(a?.source ?? ''), cellText(b?.source ?? '')]).toEqual([
          shownText(first),
          shownText(second),
        ])
      }),
      RUNS,
    )
  })

  it('with links have only http and https ones', () => {
    fc.assert(
      fc.property(hostileText(), (text) => {
        const html = render(`| a |\n| --- |\n${formatLine([escapeWithLinks(text)])}\n`)
        for (const [, href = ''] of html.matchAll(/href="([^"]*)"/g)) expect(href).toMatch(/^https?:\/\//)
        expect(
          tagsIn(html).filter((name) => !['table', 'thead', 'tbody', 'tr', 'th', 'td', 'a'].includes(name)),
        ).toEqual([])
      }),
      RUNS,
    )
  })

  it('are rows of a file that the bot can go on with', () => {
    fc.assert(
      fc.property(hostileText(), hostileText(), fc.boolean(), (owner, evidence, crlf) => {
        const entry = aLogEntry({ owner, evidence })
        const once = appendEntry(null, entry)
        const twice = appendEntry(crlf ? once.replaceAll('\n', '\r\n') : once, entry)
        const rows = readLogRows(twice)
        expect(rows.map(({ number }) => number)).toEqual([1, 2])
        expect(rows[1]?.cells.get('owner')).toBe(rows[0]?.cells.get('owner'))
      }),
      RUNS,
    )
  })
})

describe('the reader of the log', () => {
  it('reads whatever a file holds, or says that it cannot', () => {
    const SAMPLE = appendEntry(null, aLogEntry())
    const edit = fc.record({ at: fc.nat(SAMPLE.length), drop: fc.nat(30), text: hostileText(4) })
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 5 }), (edits) => {
        const file = edits.reduce(
          (all, { at, drop, text }) => all.slice(0, at) + text + all.slice(at + drop),
          SAMPLE,
        )
        try {
          for (const row of readLogRows(file)) expect(row.number === null || row.number > 0).toBe(true)
          // What is there is kept.
          const appended = appendEntry(file, aLogEntry({ rotation: 'R7' }))
          expect(readLogRows(appended).at(-1)?.rotation).toBe('R7')
        } catch (error) {
          expect(error).toBeInstanceOf(LogBroken)
        }
      }),
      RUNS,
    )
  })
})

const span: fc.Arbitrary<Span> = fc.oneof(
  fc.record({ kind: fc.constant('text' as const), text: hostileText(5), strong: fc.boolean() }),
  fc.record({ kind: fc.constant('code' as const), text: hostileText(5) }),
  fc.record({
    kind: fc.constant('link' as const),
    text: hostileText(5),
    url: fc.oneof(fc.webUrl(), hostileText(4)),
  }),
)
const spans = fc.array(span, { minLength: 1, maxLength: 5 })
const block: fc.Arbitrary<DocumentBlock> = fc.oneof(
  fc.record({ kind: fc.constant('heading' as const), text: hostileText(6) }),
  fc.record({ kind: fc.constant('paragraph' as const), spans }),
  fc.record({ kind: fc.constant('list' as const), items: fc.array(spans, { minLength: 1, maxLength: 3 }) }),
  fc.record({ kind: fc.constant('code' as const), text: hostileText(6) }),
)

describe('documents in GitHub’s Markdown', () => {
  const ALLOWED = ['h3', 'p', 'ul', 'li', 'pre', 'code', 'strong', 'a']

  it('have no other elements, and links only where they are meant', () => {
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 3 }), (document) => {
        const html = render(toMarkdown(document))
        expect(tagsIn(html).filter((name) => !ALLOWED.includes(name))).toEqual([])
        const meant = JSON.stringify(document).match(/"kind":"link"/g)?.length ?? 0
        expect(html.match(/<a /g)?.length ?? 0).toBeLessThanOrEqual(meant)
      }),
      RUNS,
    )
  })

  it('mention nobody and refer to nothing, also across spans', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ kind: fc.constant('text' as const), text: hostileText(3) }), {
          minLength: 1,
          maxLength: 6,
        }),
        (texts) => {
          const html = render(toMarkdown([{ kind: 'paragraph', spans: texts }]))
          expect(textOutsideCode(html)).not.toMatch(REFERENCE)
          expect(html).not.toContain('<a ')
        },
      ),
      RUNS,
    )
  })
})

describe('documents in Jira’s format', () => {
  it('have well-formed texts, never empty, and links only where they are meant', () => {
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 3 }), (document) => {
        const walk = (node: AdfNode): void => {
          if (node.type === 'text') {
            expect(node.text).toBeTruthy()
            expect(node.text?.isWellFormed()).toBe(true)
            expect(node.text).not.toMatch(/[^\P{Cc}\n\t]/u)
          }
          const marks = node.marks ?? []
          for (const mark of marks)
            if (mark.type === 'link') expect(String(mark.attrs?.href)).toMatch(/^https?:/i)
          for (const child of node.content ?? []) walk(child)
        }
        walk(toAdf(document))
      }),
      RUNS,
    )
  })
})
