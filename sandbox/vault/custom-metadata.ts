import { badRequest, listed } from './vault-error.ts'

/** KV version 2's limits of `custom_metadata` (API documentation, "Create/update metadata"). */
const MAX_KEYS = 64
const MAX_KEY_BYTES = 128
const MAX_VALUE_BYTES = 512

const PREFIX = 'custom_metadata validation failed'
const bytes = (text: string) => Buffer.byteLength(text)
const UNPRINTABLE = /\p{C}/u

/** @throws VaultError with every problem, in Vault's words */
export function checkCustomMetadata(metadata: Record<string, string>): void {
  const entries = Object.entries(metadata)
  const problems =
    entries.length > MAX_KEYS
      ? [`payload must contain at most ${MAX_KEYS} keys, provided ${entries.length}`]
      : entries.flatMap(([key, value]) => entryProblems(key, value))
  if (problems.length > 0) throw badRequest(listed(...problems.map((problem) => `${PREFIX}: ${problem}`)))
}

function entryProblems(key: string, value: string): string[] {
  const problems: string[] = []
  if (bytes(key) === 0 || bytes(key) > MAX_KEY_BYTES)
    problems.push(`length of key "${key}" is ${bytes(key)} but must be 0 < len(key) <= ${MAX_KEY_BYTES}`)
  if (bytes(value) === 0 || bytes(value) > MAX_VALUE_BYTES)
    problems.push(
      `length of value for key "${key}" is ${bytes(value)} but must be 0 < len(value) <= ${MAX_VALUE_BYTES}`,
    )
  if (UNPRINTABLE.test(key)) problems.push(`key "${key}" (${key}) contains unprintable characters`)
  if (UNPRINTABLE.test(value)) problems.push(`value for key "${key}" contains unprintable characters`)
  return problems
}
