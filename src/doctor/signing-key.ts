import type { Diagnostics } from '#domain/ports/diagnostics'
import type { HealthCheckResult } from '#domain/ports/health-check-result'
import { LogBroken, readLogRows } from '#domain/rotation/log-file'
import { newestKey } from '#domain/rotation/log-keys'
import { publicKeyId } from '#domain/rotation/seal'
import { NotReadable } from '#domain/tokens/secret'
import { broken, fine, type HealthCheck, off, unknown } from './health-check.ts'

/** The key that signs the log's rows is the one that signed them before, and its public half is in the repository. */
export const signingKey: HealthCheck = {
  id: 'signing-key',
  title: 'Signing key',
  async run(diagnostics) {
    const { current } = diagnostics.config.signingKeys
    const newest = await readNewestKey(diagnostics)
    if (current === null) return [withoutKey(newest)]
    return [judgeNewest(newest, diagnostics.config.signingKeys), await judgePublicKey(diagnostics, current)]
  },
}

/** A broken log is reported by its own health check. */
async function readNewestKey({ repository }: Diagnostics): Promise<string | null> {
  try {
    return newestKey(readLogRows((await repository.readLog())?.text ?? ''))
  } catch (error) {
    if (!(error instanceof LogBroken)) throw error
    throw new NotReadable(`Which key signed the log cannot be read: ${error.problem}`, { cause: error })
  }
}

const withoutKey = (newest: string | null): HealthCheckResult =>
  newest === null
    ? off(
        'The rows of the rotation log are not signed',
        'To let CI decide by the log, make a key with “rotation keygen” and set ROTATION_SIGNING_KEY (docs/signing-key.md).',
      )
    : broken(
        `The rotation log is signed by the key ${newest}, and ROTATION_SIGNING_KEY is not set: nothing can be appended`,
        'Set ROTATION_SIGNING_KEY again.',
      )

function judgeNewest(
  newest: string | null,
  { current, earlier }: { current: string | null; earlier: string | null },
): HealthCheckResult {
  if (newest === current || newest === null)
    return fine(
      `The key ${current} signs the rows of the log${earlier && newest ? '; ROTATION_SIGNING_KEY_BEFORE is no longer needed' : ''}`,
    )
  if (newest === earlier)
    return unknown(
      `The row that the key ${current} replaces ${earlier} is not in the log yet`,
      'The running bot writes it within a minute.',
    )
  return broken(
    `The newest row of the log is signed by the key ${newest}, and ROTATION_SIGNING_KEY is the key ${current}: nothing can be appended`,
    'If the key was changed, set ROTATION_SIGNING_KEY_BEFORE to the earlier one; if another bot writes this log, give each its own (repository.log).',
  )
}

async function judgePublicKey(
  { repository, config }: Diagnostics,
  current: string,
): Promise<HealthCheckResult> {
  const path = config.log['public-key']
  const place = `${path} on ${config.repository.branch}`
  const text = await repository.readPublicKey()
  if (text === null)
    return broken(
      `The public key ${place} is not in the repository, so nobody can verify the log`,
      `Commit the public key that “rotation keygen” printed as ${path}.`,
    )
  const id = publicKeyId(text)
  if (id === current) return fine(`The public key ${place} is that of the key ${current}`)
  return broken(
    id === null
      ? `The public key ${place} is not an Ed25519 public key (PEM)`
      : `The public key ${place} is that of the key ${id}, and the bot signs with ${current}`,
    `Commit the public key of ROTATION_SIGNING_KEY as ${path}, and set it where the promotion gate reads it; or set the right key.`,
  )
}
