import { generateKeyPairSync } from 'node:crypto'
import { type SigningKey, signingKey } from '#domain/rotation/seal'

export const aSigningKey = (): SigningKey => signingKey(generateKeyPairSync('ed25519').privateKey)

/** As an environment variable holds it. */
export const privatePem = ({ privateKey }: SigningKey): string =>
  privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()

export const publicPem = ({ publicKey }: SigningKey): string =>
  publicKey.export({ format: 'pem', type: 'spki' }).toString()
