import { CREDENTIALS } from '#sandbox/demo-users'
import type { Secret } from './secret.ts'

export const FILTER_KEYS = [
  'description',
  'name',
  'tag-key',
  'tag-value',
  'primary-region',
  'owning-service',
  'all',
] as const

export interface Filter {
  Key: (typeof FILTER_KEYS)[number]
  Values: string[]
}

type Match = (secret: Secret, value: string) => boolean

const startsWith = (texts: readonly string[], prefix: string) => texts.some((text) => text.startsWith(prefix))
const words = (text: string) =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
const tagKeys = (secret: Secret) => secret.tags.map((tag) => tag.Key)
const tagValues = (secret: Secret) => secret.tags.map((tag) => tag.Value)

/** How each key compares (API reference, "Filter"). */
const MATCHES: Record<Filter['Key'], Match> = {
  name: (secret, value) => secret.name.startsWith(value),
  description: (secret, value) => (secret.description ?? '').toLowerCase().startsWith(value.toLowerCase()),
  'tag-key': (secret, value) => startsWith(tagKeys(secret), value),
  'tag-value': (secret, value) => startsWith(tagValues(secret), value),
  'primary-region': (_secret, value) => CREDENTIALS.awsRegion.startsWith(value),
  'owning-service': () => false,
  all: (secret, value) => {
    const known = [secret.name, secret.description ?? '', ...tagKeys(secret), ...tagValues(secret)].flatMap(
      words,
    )
    return words(value).every((word) => startsWith(known, word))
  },
}

/** True when each filter has a matching value; `!` before a value negates it. */
export function passesFilters(secret: Secret, filters: readonly Filter[]): boolean {
  return filters.every(({ Key, Values }) =>
    Values.some((value) =>
      value.startsWith('!') ? !MATCHES[Key](secret, value.slice(1)) : MATCHES[Key](secret, value),
    ),
  )
}
