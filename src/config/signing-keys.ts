import { createPrivateKey, type KeyObject } from 'node:crypto'
import type { SigningKeys } from '#domain/rotation/log-keys'
import { type SigningKey, signingKey } from '#domain/rotation/seal'

type Variables = Record<string, string | undefined>

const CURRENT = 'ROTATION_SIGNING_KEY'
const EARLIER = 'ROTATION_SIGNING_KEY_BEFORE'
const NEEDED = 'it must be an Ed25519 private key (PKCS 8, PEM or base64); “rotation keygen” makes one'

/** Reads the keys that seal the log's rows. Problems name the variable, never its value. */
export function readSigningKeys(variables: Variables): { keys: SigningKeys; problems: string[] } {
  const current = readKey(variables[CURRENT])
  const earlier = readKey(variables[EARLIER])
  const problems = [
    ...(typeof current === 'string' ? [`${CURRENT} ${current}: ${NEEDED}`] : []),
    ...(typeof earlier === 'string' ? [`${EARLIER} ${earlier}: ${NEEDED}`] : []),
    ...(earlier && !current
      ? [`${EARLIER} is set without ${CURRENT}: it is the key before, while the key is changed`]
      : []),
  ]
  const keyOf = (read: SigningKey | string | null) => (typeof read === 'string' ? null : read)
  return { keys: { current: keyOf(current), earlier: keyOf(earlier) }, problems }
}

const PRIVATE_KEY = /-----BEGIN PRIVATE KEY-----[\s\S]+?-----END PRIVATE KEY-----/

/** The key; null where none is given, and what is wrong with it as a text. */
function readKey(given: string | undefined): SigningKey | string | null {
  if (given === undefined || given.trim() === '') return null
  // Files of variables hold a key in one line, with `\n` for its line ends.
  const text = given.replaceAll('\\n', '\n').trim()
  if (!text.includes('-----BEGIN')) return fromDer(text.replace(/\s/g, ''))
  const [pem] = PRIVATE_KEY.exec(text) ?? []
  if (pem) return orFault(() => createPrivateKey(pem))
  const [, kind = 'something else'] = /-----BEGIN ([A-Z0-9 ]{1,40})-----/.exec(text) ?? []
  return `holds the PEM block “${kind}”`
}

const fromDer = (base64: string): SigningKey | string =>
  /^[A-Za-z0-9+/_-]+={0,2}$/.test(base64)
    ? orFault(() => createPrivateKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'pkcs8' }))
    : 'is neither PEM nor base64'

function orFault(read: () => KeyObject): SigningKey | string {
  let key: KeyObject
  try {
    key = read()
  } catch {
    return 'cannot be read as a key'
  }
  const type = key.asymmetricKeyType ?? 'unknown'
  return type === 'ed25519' ? signingKey(key) : `is a key of the type ${type}`
}
