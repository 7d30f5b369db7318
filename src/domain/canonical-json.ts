import canonicalize from 'canonicalize'

/**
 * Canonical JSON (RFC 8785), which digests and signatures are made of. Half of a surrogate pair, which other systems may send and
 * no UTF-8 can hold, becomes U+FFFD, as in the database.
 *
 * @throws Error for what no JSON holds, such as NaN
 */
export function canonicalJson(value: unknown): string {
  try {
    return canonicalize(value) ?? ''
  } catch {
    return canonicalize(wellFormed(value)) ?? ''
  }
}

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed()
  if (Array.isArray(value)) return value.map(wellFormed)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name.toWellFormed(), wellFormed(each)]),
  )
}
