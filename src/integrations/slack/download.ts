import { createHash } from 'node:crypto'
import { errorText } from '#redaction/error-text'
import { wordsOf } from './error-words.ts'

/** Until a file must have arrived, in milliseconds. */
const DOWNLOAD_MS = 30_000

/** A file's bytes and their SHA-256, or why it could not be read, a sentence without its full stop. */
export type Download = { content: Buffer; digest: string } | { problem: string }

/**
 * Downloads a private file of Slack. Without the permission, Slack redirects to its login page, which is not followed.
 *
 * @param most bytes; more are not read
 */
export async function download(address: string, token: string, most: number): Promise<Download> {
  if (!URL.canParse(address)) return { problem: 'Slack gave no address for it' }
  try {
    const answer = await fetch(address, {
      headers: { authorization: `Bearer ${token}` },
      redirect: 'manual',
      signal: AbortSignal.timeout(DOWNLOAD_MS),
    })
    if (answer.status >= 300 && answer.status < 400)
      return { problem: 'Slack does not let the bot read it: the app may lack the scope files:read' }
    if (!answer.ok) return { problem: `Slack answered ${answer.status}` }
    return await readContent(answer, most)
  } catch (error) {
    const isSlow = error instanceof Error && error.name === 'TimeoutError'
    return { problem: isSlow ? 'Slack did not answer in time' : errorText(wordsOf(error)) }
  }
}

async function readContent(answer: Response, most: number): Promise<Download> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of answer.body ?? []) {
    size += part.length
    if (size > most) return { problem: 'Slack sends more than it said' }
    parts.push(part)
  }
  const content = Buffer.concat(parts)
  return { content, digest: createHash('sha256').update(content).digest('hex') }
}

/** First bytes of the formats of pictures that browsers show, and where they begin. */
const SIGNATURES: [number, Buffer][] = [
  [0, Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])],
  [0, Buffer.from([0xff, 0xd8, 0xff])],
  [0, Buffer.from('GIF8')],
  [8, Buffer.from('WEBP')],
  [4, Buffer.from('ftypheic')],
  [4, Buffer.from('ftypavif')],
]

/** By its content: names and what Slack says of a type are up to the person. */
export const isImage = (content: Buffer): boolean =>
  SIGNATURES.some(([at, bytes]) => content.subarray(at, at + bytes.length).equals(bytes))

/** The content as text; null when it is none. */
export function textIn(content: Buffer): string | null {
  const marked = content.subarray(0, 2)
  const encoding = marked.equals(Buffer.from([0xff, 0xfe])) ? 'utf-16le' : 'utf-8'
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(content)
    return text.includes('\0') ? null : text
  } catch {
    return null
  }
}
