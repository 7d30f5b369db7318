import { generateKeyPairSync } from 'node:crypto'
import { parseArgs } from 'node:util'
import { keyId } from '#domain/rotation/seal'
import type { CliCommand } from './command.ts'

/** Prints a new key that seals the log's rows: its private half, then its public half. Reads and writes no file. */
export const keygen: CliCommand = {
  failed: 'No key was made',
  async run(args) {
    parseArgs({ args, options: {} })
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    process.stdout.write(
      [
        'Private key, for ROTATION_SIGNING_KEY in the bot’s secret store alone:',
        '',
        privateKey.export({ format: 'pem', type: 'pkcs8' }),
        `Public key ${keyId(publicKey)}, for ops/rotation-log-key.pem in the repository (log.public-key), and for the`,
        'variable ROTATION_LOG_KEY of each environment that the promotion gate protects:',
        '',
        publicKey.export({ format: 'pem', type: 'spki' }),
      ].join('\n'),
    )
    return 0
  },
}
