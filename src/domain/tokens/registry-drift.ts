import type { RegisteredToken } from './registry.ts'
import { tokenLabel } from './scope.ts'
import type { Secret, SecretReading } from './secret.ts'

/** The secret's tag for each registry field. */
export const TAG_OF = { owner: 'owner', environment: 'env', agent: 'scope' } as const

export type Difference =
  | { kind: 'missing'; token: RegisteredToken; reason: string }
  | { kind: 'unregistered'; secret: Secret }
  | { kind: 'differs'; token: RegisteredToken; field: keyof typeof TAG_OF; tag: string | null }

export interface RegistryDrift {
  differences: Difference[]
  unread: string[]
}

/**
 * Compares the registry with the secrets manager.
 * @param listed all secrets of the list
 * @param unlisted registered secrets read one by one, because a list may be minutes old
 */
export function compareRegistry(
  tokens: RegisteredToken[],
  listed: SecretReading[],
  unlisted: SecretReading[],
): RegistryDrift {
  const byName = new Map([...unlisted, ...listed].map((reading) => [reading.name, reading]))
  const inList = new Set(listed.map((reading) => reading.name))
  const registered = new Set(tokens.map((token) => token.secret))
  const drift: RegistryDrift = { differences: [], unread: [] }

  for (const token of tokens) {
    const reading = byName.get(token.secret)
    const secret = reading?.secret
    if (secret && !secret.deletedAt) drift.differences.push(...tagDifferences(token, secret))
    else if (secret)
      drift.differences.push({ kind: 'missing', token, reason: 'it is scheduled for deletion' })
    else if (inList.has(token.secret)) drift.unread.push(whyUnread(reading, token.secret))
    else {
      const reason = reading?.problem ?? 'it is not in the list'
      drift.differences.push({ kind: 'missing', token, reason })
    }
  }
  for (const reading of listed) {
    if (registered.has(reading.name)) continue
    if (!reading.secret) drift.unread.push(whyUnread(reading, reading.name))
    else if (!reading.secret.deletedAt)
      drift.differences.push({ kind: 'unregistered', secret: reading.secret })
  }
  return drift
}

const whyUnread = (reading: SecretReading | undefined, name: string): string =>
  reading?.problem ?? `${name}: not read`

function tagDifferences(token: RegisteredToken, secret: Secret): Difference[] {
  const fields = Object.keys(TAG_OF) as (keyof typeof TAG_OF)[]
  return fields.flatMap((field): Difference[] => {
    const tag = secret.tags[TAG_OF[field]] || null
    return tag === token[field] ? [] : [{ kind: 'differs', token, field, tag }]
  })
}

/** A sentence without a full stop. */
export function describeDifference(difference: Difference): string {
  if (difference.kind === 'unregistered')
    return `the registry does not name the secret ${difference.secret.name}`
  const { token } = difference
  if (difference.kind === 'missing')
    return `${tokenLabel(token)} is in the registry, but the secrets manager has no ${token.secret} (${difference.reason})`
  const { field, tag } = difference
  const said = tag === null ? `lacks the tag ${TAG_OF[field]}` : `says ${tag}`
  return `${tokenLabel(token)} has the ${field} ${token[field]} in the registry, its secret ${said}`
}
