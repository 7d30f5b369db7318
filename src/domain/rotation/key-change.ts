/** The key that seals the log's rows was changed: ids, and the public keys, base64url. */
export interface KeyChange {
  from: string
  fromKey: string
  to: string
  toKey: string
}

/** As the evidence of a row `key-changed` names both keys. */
export const keyChangeText = ({ from, fromKey, to, toKey }: KeyChange): string =>
  `key ${to} ${toKey} replaces ${from} ${fromKey}`

const TEXT = /^key ([0-9a-f]{16}) ([\w-]{43}) replaces ([0-9a-f]{16}) ([\w-]{43})$/

/** Null for any other evidence. */
export function parseKeyChange(evidence: string): KeyChange | null {
  const [, to, toKey, from, fromKey] = TEXT.exec(evidence) ?? []
  return to && toKey && from && fromKey ? { from, fromKey, to, toKey } : null
}
