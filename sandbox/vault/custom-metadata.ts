import { badRequest } from './vault-error.ts'

/** KV version 2's limits of `custom_metadata` (API documentation, "Create/update metadata"). */
const MAX_KEYS = 64
const MAX_KEY_BYTES = 128
const MAX_VALUE_BYTES = 512

const PREFIX = 'custom_metadata validation failed'
const bytes = (text: string) => Buffer.byteLength(text)

/** @throws VaultError in Vault's words */
export function checkCustomMetadata(metadata: Record<string, string>): void {
  const entries = Object.entries(metadata)
  if (entries.length > MAX_KEYS)
    throw badRequest(`${PREFIX}: payload must contain at most ${MAX_KEYS} keys, provided ${entries.length}`)
  for (const [key, value] of entries) {
    if (bytes(key) === 0 || bytes(key) > MAX_KEY_BYTES)
      throw badRequest(
        `${PREFIX}: length of key "${key}" is ${bytes(key)} but must be 0 < len(key) <= ${MAX_KEY_BYTES}`,
      )
    if (bytes(value) === 0 || bytes(value) > MAX_VALUE_BYTES)
      throw badRequest(
        `${PREFIX}: length of value for key "${key}" is ${bytes(value)} but must be 0 < len(value) <= ${MAX_VALUE_BYTES}`,
      )
    if (/\p{C}/u.test(key + value))
      throw badRequest(`${PREFIX}: key "${key}" contains unprintable characters`)
  }
}
