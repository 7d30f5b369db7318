import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { readSigningKeys } from '#config/signing-keys'
import { aSigningKey, privatePem, publicPem } from '#test/support/signing-keys'

const KEY = aSigningKey()
const PEM = privatePem(KEY)
const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
  format: 'pem',
  type: 'pkcs8',
}) as string
const ENCRYPTED = KEY.privateKey.export({
  format: 'pem',
  type: 'pkcs8',
  cipher: 'aes-256-cbc',
  passphrase: 'of the test',
}) as string

describe('the signing key', () => {
  it.each([
    ['PEM', PEM],
    ['PEM in one line', PEM.trim().replaceAll('\n', '\\n')],
    ['PEM with Windows line ends', PEM.replaceAll('\n', '\r\n')],
    ['what keygen printed, whole', `Private key:\n\n${PEM}\nPublic key:\n\n${publicPem(KEY)}`],
    ['base64', PEM.split('\n')[1] ?? ''],
  ])('is read as %s', (_, value) => {
    const { keys, problems } = readSigningKeys({ ROTATION_SIGNING_KEY: value })
    expect(problems).toEqual([])
    expect(keys.current?.id).toBe(KEY.id)
    expect(keys.earlier).toBeNull()
  })

  it.each([
    ['an RSA key', RSA, /^ROTATION_SIGNING_KEY is a key of the type rsa: it must be an Ed25519 private/],
    ['a public key', publicPem(KEY), /^ROTATION_SIGNING_KEY holds the PEM block “PUBLIC KEY”: /],
    ['an encrypted key', ENCRYPTED, /holds the PEM block “ENCRYPTED PRIVATE KEY”/],
    ['half of it', PEM.replace(/.{20}\n-----END/, '\n-----END'), /^ROTATION_SIGNING_KEY cannot be read as a/],
    ['a word', 'correct, horse', /^ROTATION_SIGNING_KEY is neither PEM nor base64: /],
    ['base64 of something else', 'aGVsbG8gd29ybGQ=', /^ROTATION_SIGNING_KEY cannot be read as a key: /],
  ])('is refused as %s, without its value', (_, value, expected) => {
    const { problems } = readSigningKeys({ ROTATION_SIGNING_KEY: value })
    expect(problems).toEqual([expect.stringMatching(expected)])
    for (const line of value.split(/\s+/).filter((part) => part.length > 12))
      expect(problems.join()).not.toContain(line)
  })

  it('needs no other; the earlier one needs it', () => {
    expect(readSigningKeys({})).toEqual({ keys: { current: null, earlier: null }, problems: [] })
    expect(readSigningKeys({ ROTATION_SIGNING_KEY_BEFORE: PEM }).problems).toEqual([
      expect.stringContaining('is set without ROTATION_SIGNING_KEY'),
    ])
  })
})
