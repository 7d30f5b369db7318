import { codeSpan, type DocumentBlock, paragraph, type RichDocument } from '#domain/ports/document'
import type { TicketComment } from '#domain/ports/systems'

/** A comment in the ticket. */
export interface Written {
  /** Its last paragraph when that is only code. */
  lastCode: string | null
  url: string
  links: string[]
}

/** A part of a document and its mark. */
export interface Part {
  mark: string
  number: number
  of: number
}

const wordsOf = ({ mark, number, of }: Part): string => `${mark} ${number}/${of}`

/** The comment's last paragraph, visible to people; text elsewhere is not taken for it. */
const markBlock = (part: Part): DocumentBlock => paragraph(codeSpan(wordsOf(part)))

function partOf(mark: string, { lastCode }: Written): { number: number; of: number } | null {
  if (!lastCode?.startsWith(`${mark} `)) return null
  const found = /^(\d+)\/(\d+)$/.exec(lastCode.slice(mark.length + 1))
  return found ? { number: Number(found[1]), of: Number(found[2]) } : null
}

/** The report with a mark; null when a part is missing. */
export function assemble(mark: string, comments: Written[]): TicketComment | null {
  const parts = comments.flatMap((comment) => {
    const part = partOf(mark, comment)
    return part ? [{ ...part, comment }] : []
  })
  const count = Math.max(0, ...parts.map((part) => part.of))
  const first = parts.find((part) => part.number === 1)
  const numbers = new Set(parts.map((part) => part.number))
  if (!first || numbers.size < count) return null
  return { url: first.comment.url, links: parts.flatMap((part) => part.comment.links) }
}

/**
 * Writes the missing parts.
 *
 * @param existing every comment of the ticket
 */
export async function writeMissing(
  mark: string,
  parts: RichDocument[],
  existing: Written[],
  write: (document: RichDocument) => Promise<Written>,
): Promise<TicketComment> {
  const comments = [...existing]
  for (const [index, part] of parts.entries()) {
    const number = index + 1
    if (comments.some((comment) => partOf(mark, comment)?.number === number)) continue
    comments.push(await write([...part, markBlock({ mark, number, of: parts.length })]))
  }
  const written = assemble(mark, comments)
  if (!written) throw new Error(`the comment ${mark} is not there after it was written`)
  return written
}
