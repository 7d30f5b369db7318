import { unlink } from '#domain/break-addresses'
import type { DocumentBlock, RichDocument, Span } from '#domain/ports/document'

/** A node of the Atlassian Document Format. */
export interface AdfNode {
  type: string
  text?: string
  attrs?: Record<string, unknown>
  marks?: { type: string; attrs?: Record<string, unknown> }[]
  content?: AdfNode[]
}

export interface AdfDocument extends AdfNode {
  type: 'doc'
  version: 1
  content: AdfNode[]
}

/** Jira refuses empty text nodes and control characters. */
const clean = (text: string): string => text.toWellFormed().replace(/[\p{Cc}\s]+/gu, ' ') || ' '

const isAddress = (url: string): boolean => /^https?:\/\/[^\s\p{Cc}]+$/iu.test(url) && URL.canParse(url)

const SPANS: { [Kind in Span['kind']]: (span: Extract<Span, { kind: Kind }>) => AdfNode } = {
  text: ({ text, strong }) => ({
    type: 'text',
    text: unlink(clean(text)),
    ...(strong ? { marks: [{ type: 'strong' }] } : {}),
  }),
  code: ({ text }) => ({ type: 'text', text: clean(text), marks: [{ type: 'code' }] }),
  link: ({ text, url }) =>
    isAddress(url)
      ? { type: 'text', text: clean(text), marks: [{ type: 'link', attrs: { href: url } }] }
      : { type: 'text', text: unlink(clean(`${text} ${url}`)) },
}

const span = (each: Span): AdfNode => (SPANS[each.kind] as (one: Span) => AdfNode)(each)
const paragraph = (spans: Span[]): AdfNode => ({ type: 'paragraph', content: spans.map(span) })

const BLOCKS: {
  [Kind in DocumentBlock['kind']]: (block: Extract<DocumentBlock, { kind: Kind }>) => AdfNode
} = {
  heading: ({ text }) => ({
    type: 'heading',
    attrs: { level: 3 },
    content: [{ type: 'text', text: unlink(clean(text)) }],
  }),
  paragraph: ({ spans }) => paragraph(spans),
  list: ({ items }) => ({
    type: 'bulletList',
    content: items.map((spans) => ({ type: 'listItem', content: [paragraph(spans)] })),
  }),
  code: ({ text }) => ({
    type: 'codeBlock',
    content: [
      {
        type: 'text',
        text:
          text
            .toWellFormed()
            .replace(/\r\n?/g, '\n')
            .replace(/[^\P{Cc}\n\t]/gu, ' ') || ' ',
      },
    ],
  }),
}

/** A document in Jira's format. Text nodes there have no markup, mentions or macros. */
export const toAdf = (document: RichDocument): AdfDocument => ({
  type: 'doc',
  version: 1,
  content: document.map((block) => (BLOCKS[block.kind] as (each: DocumentBlock) => AdfNode)(block)),
})

const nodes = (node: AdfNode): AdfNode[] => [node, ...(node.content ?? []).flatMap(nodes)]

export const linksInAdf = (document: AdfNode): string[] =>
  nodes(document).flatMap(({ marks = [] }) =>
    marks.flatMap(({ type, attrs }) =>
      type === 'link' && typeof attrs?.href === 'string' ? [attrs.href] : [],
    ),
  )

/** The text of the last paragraph when it is only code; otherwise null. */
export function lastCode(document: AdfNode): string | null {
  const only = document.content?.at(-1)?.content
  const [node] = only ?? []
  return only?.length === 1 && node?.marks?.some((mark) => mark.type === 'code') ? (node.text ?? null) : null
}
