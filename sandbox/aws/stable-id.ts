import { createHash } from 'node:crypto'

/** A UUID-shaped hash of a text: repeated work gets the same id and creates no duplicate. */
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
