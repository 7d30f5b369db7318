import type { Dict } from '../json.ts'
import { SlackError } from '../slack-error.ts'
import { textArg } from './call.ts'

const PREFIX = 'offset:'

/**
 * Returns one page by Slack's cursors.
 *
 * @param limit items per page
 * @returns the items, and the part of the answer that leads to the next page
 */
export function pageOf<T>(items: T[], args: Dict, limit: number): { items: T[]; next: string } {
  const offset = offsetOf(textArg(args, 'cursor'))
  const end = offset + limit
  const next = end < items.length ? Buffer.from(`${PREFIX}${end}`).toString('base64') : ''
  return { items: items.slice(offset, end), next }
}

function offsetOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0
  const text = Buffer.from(cursor, 'base64').toString()
  const offset = Number(text.slice(PREFIX.length))
  if (!text.startsWith(PREFIX) || !Number.isInteger(offset)) throw new SlackError('invalid_cursor')
  return offset
}

/** Slack always sends a cursor; it is empty on the last page. */
export const nextPage = (next: string): Dict => ({ response_metadata: { next_cursor: next } })
