/** A piece of a line. Texts are untrusted; each system's writer escapes them. */
export type Span =
  | { kind: 'text'; text: string; strong?: boolean }
  | { kind: 'code'; text: string }
  | { kind: 'link'; text: string; url: string }

/** Structured text, written as Markdown or another system's format. */
export type DocumentBlock =
  | { kind: 'heading'; text: string }
  | { kind: 'paragraph'; spans: Span[] }
  | { kind: 'list'; items: Span[][] }
  | { kind: 'code'; text: string }

export type RichDocument = DocumentBlock[]

export const text = (words: string): Span => ({ kind: 'text', text: words })
export const strong = (words: string): Span => ({ kind: 'text', text: words, strong: true })
export const codeSpan = (words: string): Span => ({ kind: 'code', text: words })
export const linkSpan = (url: string, words: string): Span => ({ kind: 'link', text: words, url })
export const paragraph = (...spans: Span[]): DocumentBlock => ({ kind: 'paragraph', spans })
export const heading = (words: string): DocumentBlock => ({ kind: 'heading', text: words })

/**
 * Splits a document into as few parts as fit, in order. Only lists are split, between items.
 * @param size of a part as the system counts it
 * @param limit the largest size of a part
 */
export function divide(
  document: RichDocument,
  size: (part: RichDocument) => number,
  limit: number,
): RichDocument[] {
  const parts: RichDocument[] = []
  let current: RichDocument = []
  let used = 0
  for (const block of document.flatMap((each) => pieces(each, size, limit))) {
    const needed = size([block])
    if (current.length > 0 && used + needed > limit) {
      parts.push(current)
      current = []
      used = 0
    }
    current.push(block)
    used += needed
  }
  return current.length > 0 ? [...parts, current] : parts
}

function pieces(block: DocumentBlock, size: (part: RichDocument) => number, limit: number): DocumentBlock[] {
  if (block.kind !== 'list' || size([block]) <= limit) return [block]
  const lists: { kind: 'list'; items: Span[][] }[] = []
  let used = limit
  for (const item of block.items) {
    const needed = size([{ kind: 'list', items: [item] }])
    if (used + needed > limit) {
      lists.push({ kind: 'list', items: [] })
      used = 0
    }
    lists.at(-1)?.items.push(item)
    used += needed
  }
  return lists
}
