import type { Instant } from '#domain/rotation/rotation'
import { parseInstant } from '#domain/time/parse-instant'
import type { Secret } from '#domain/tokens/secret'

/** What the issuer does with a version: it accepts it, refuses it for now, or refuses it for good. */
export const ISSUER_STATES = ['live', 'disabled', 'destroyed'] as const
export type IssuerState = (typeof ISSUER_STATES)[number]

const isIssuerState = (text: string): text is IssuerState =>
  (ISSUER_STATES as readonly string[]).includes(text)

/**
 * What the revocation workflow wrote about a version into the tag `revocation`: `<version>:<state>:<time>`, separated by spaces for
 * several versions. Both are null when there is no such entry, or it cannot be read.
 */
export function issuerStateOf(
  { tags }: Pick<Secret, 'tags'>,
  versionId: string,
): { issuer: IssuerState | null; issuerAt: Instant | null } {
  const entries = (tags.revocation ?? '').split(/\s+/)
  for (const entry of entries) {
    const [, version, state = '', time = ''] = /^([^:]+):([a-z]+):(.+)$/.exec(entry) ?? []
    const at = parseInstant(time)
    if (version === versionId && isIssuerState(state) && !Number.isNaN(at))
      return { issuer: state, issuerAt: new Date(at).toISOString() }
  }
  return { issuer: null, issuerAt: null }
}
