import { createHash } from 'node:crypto'

/** An id in the form of a UUID that is always the same for the same text, so that a repetition makes nothing new. */
export function stableId(of: string): string {
  const hex = createHash('sha256').update(of).digest('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}
