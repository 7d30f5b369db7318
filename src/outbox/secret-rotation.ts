import { findRotation } from '#db/queries/rotations'
import { isRunning } from '#domain/rotation/rotation'
import { RotationRefused } from '#domain/tokens/secret'
import { type Handler, mayHaveHappened } from './handler.ts'

/**
 * Asks the secrets manager to rotate one secret. The version's id makes a repeat idempotent. A refusal is a final
 * result, because a retry would not change it.
 */
export const handleSecretRotation: Handler<'secret-rotation'> = async (job, context) => {
  const { attempt, secret, versionId } = job.payload
  const rotation = await findRotation(context.db, job.rotationId)
  const run = rotation?.runs.find((each) => each.kind === 'rotate' && each.attempt === attempt)
  const isWanted = rotation?.status === 'open' && isRunning(run)
  // An earlier attempt may have succeeded without an answer; its run is followed to record the versions it replaced.
  if (!isWanted && mayHaveHappened(job)) return { result: { refused: null } }
  if (!isWanted) return { result: { refused: `${secret}: no longer wanted` } }
  const { rotate } = context.secrets
  if (!rotate) return { result: { refused: `${secret}: this secrets manager has no rotation of its own` } }
  try {
    await rotate(secret, versionId)
    return { result: { refused: null } }
  } catch (error) {
    if (!(error instanceof RotationRefused)) throw error
    return { result: { refused: error.message } }
  }
}
