import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readSigningKeys } from '#config/signing-keys'
import { publicKeyId } from '#domain/rotation/seal'

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

describe('rotation keygen', () => {
  it('prints a new pair each time, whose halves belong together', () => {
    const [one, two] = [1, 2].map(() =>
      execFileSync(process.execPath, [MAIN, 'keygen'], { encoding: 'utf8' }),
    )
    const [publicKey = ''] = /-----BEGIN PUBLIC KEY-----[\s\S]+-----END PUBLIC KEY-----/.exec(one ?? '') ?? []
    const { keys, problems } = readSigningKeys({ ROTATION_SIGNING_KEY: one })
    expect(problems).toEqual([])
    expect(keys.current?.id).toBe(publicKeyId(publicKey))
    expect(one).toContain(`Public key ${keys.current?.id}`)
    expect(readSigningKeys({ ROTATION_SIGNING_KEY: two }).keys.current?.id).not.toBe(keys.current?.id)
  })
})
