import type { DocumentBlock, RichDocument, Span } from '#domain/ports/document'

/** A node of Atlassian's document format. */
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

/** Jira refuses a node without text, and control characters. */
const clean = (text: string): string => text.toWellFormed().replace(/[\p{Cc}\s]+/gu, ' ') || ' '

const isAddress = (url: string): boolean => /^https?:$/.test(URL.parse(url)?.protocol ?? '')

const SPANS: { [Kind in Span['kind']]: (span: Extract<Span, { kind: Kind }>) => AdfNode } = {
  text: ({ text, strong }) => ({
    type: 'text',
    text: clean(text),
    ...(strong ? { marks: [{ type: 'strong' }] } : {}),
  }),
  code: ({ text }) => ({ type: 'text', text: clean(text), marks: [{ type: 'code' }] }),
  link: ({ text, url }) =>
    isAddress(url)
      ? { type: 'text', text: clean(text), marks: [{ type: 'link', attrs: { href: url } }] }
      : { type: 'text', text: clean(`${text} ${url}`) },
}

const span = (each: Span): AdfNode => (SPANS[each.kind] as (one: Span) => AdfNode)(each)
const paragraph = (spans: Span[]): AdfNode => ({ type: 'paragraph', content: spans.map(span) })

const BLOCKS: {
  [Kind in DocumentBlock['kind']]: (block: Extract<DocumentBlock, { kind: Kind }>) => AdfNode
} = {
  heading: ({ text }) => ({
    type: 'heading',
    attrs: { level: 3 },
    content: [{ type: 'text', text: clean(text) }],
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

/** A document in Jira's format. Nothing in a text node is markup there: no mention, no macro. */
export const toAdf = (document: RichDocument): AdfDocument => ({
  type: 'doc',
  version: 1,
  content: document.map((block) => (BLOCKS[block.kind] as (each: DocumentBlock) => AdfNode)(block)),
})

/** Every node of a document, itself first. */
const nodes = (node: AdfNode): AdfNode[] => [node, ...(node.content ?? []).flatMap(nodes)]

export const linksInAdf = (document: AdfNode): string[] =>
  nodes(document).flatMap(({ marks = [] }) =>
    marks.flatMap(({ type, attrs }) =>
      type === 'link' && typeof attrs?.href === 'string' ? [attrs.href] : [],
    ),
  )

/** The words of the last paragraph, where they are nothing but code; null else. */
export function lastCode(document: AdfNode): string | null {
  const only = document.content?.at(-1)?.content
  const [node] = only ?? []
  return only?.length === 1 && node?.marks?.some((mark) => mark.type === 'code') ? (node.text ?? null) : null
}
