import type { Secret } from '../aws/secret.ts'
import { tagValue } from '../aws/secret.ts'
import { setTags } from '../aws/tags.ts'
import type { StateChange } from './issuer.ts'

export const REVOCATION_TAG = 'revocation'

/** AWS's limit of a tag's value. */
const MAX_LENGTH = 256

/**
 * Writes `<version>:<state>:<time>` into the tag `revocation`, instead of the version's earlier entry. The
 * oldest entries are dropped where the value would become too long.
 *
 * @param at when the tag is written, ISO 8601
 */
export function tagRevocation(secret: Secret, versionId: string, change: StateChange, at: string): Secret {
  const entry = `${versionId}:${change.state}:${change.at}`
  const earlier = entriesOf(tagValue(secret, REVOCATION_TAG) ?? '')
  if (earlier.includes(entry)) return secret
  const entries = [...earlier.filter((each) => !each.startsWith(`${versionId}:`)), entry]
  while (entries.join(' ').length > MAX_LENGTH) entries.shift()
  return setTags(secret, { [REVOCATION_TAG]: entries.join(' ') }, at)
}

/** The tag with another name for each version. */
export const renameVersions = (value: string, rename: (versionId: string) => string): string =>
  entriesOf(value)
    .map((entry) => entry.replace(/^[^:]+/, rename))
    .join(' ')

const entriesOf = (value: string): string[] => value.split(' ').filter((entry) => entry !== '')
