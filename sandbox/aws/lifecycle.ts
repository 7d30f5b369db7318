import { invalidParameter, invalidRequest } from './aws-error.ts'
import { addVersion, CURRENT, findVersion, PENDING, type Secret, versionLabelled } from './secret.ts'

const DAY = 86_400_000
const ROTATION_TAKES_MS = 5_000

/**
 * Schedules the deletion of a secret.
 *
 * @param windowDays recovery window, 7 to 30; 0 deletes at once
 */
export function planDeletion(secret: Secret, windowDays: number, at: string): Secret {
  if (windowDays !== 0 && (windowDays < 7 || windowDays > 30)) {
    throw invalidParameter('The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).')
  }
  return {
    ...secret,
    lastChangedAt: at,
    deletedAt: new Date(Date.parse(at) + windowDays * DAY).toISOString(),
  }
}

export const restore = (secret: Secret, at: string): Secret => ({
  ...secret,
  lastChangedAt: at,
  deletedAt: null,
})

/** True after the recovery window: Secrets Manager no longer knows the secret. */
export const isDeleted = (secret: Secret, now: Date) =>
  secret.deletedAt !== null && Date.parse(secret.deletedAt) <= now.getTime()

/**
 * `RotateSecret`: reserves a version as AWSPENDING and returns; the rotation function does the rest.
 * Idempotent by token.
 *
 * @throws AwsError `InvalidRequestException` without a rotation function, or while a rotation is unfinished
 */
export function beginRotation(
  secret: Secret,
  request: {
    token: string
    lambdaArn: string | undefined
    everyDays: number | undefined
    immediately: boolean
  },
  at: string,
): Secret {
  const lambdaArn = request.lambdaArn ?? secret.rotation?.lambdaArn
  if (!lambdaArn) throw invalidRequest('No Lambda rotation function ARN is associated with this secret.')
  if (findVersion(secret, request.token)) return secret
  const pending = versionLabelled(secret, PENDING)
  if (pending && pending.id !== versionLabelled(secret, CURRENT)?.id) {
    throw invalidRequest("A previous rotation isn't complete. That rotation will be reattempted.")
  }
  const everyDays = request.everyDays ?? secret.rotation?.everyDays ?? null
  const configured = { ...secret, lastChangedAt: at, rotation: { lambdaArn, everyDays, running: null } }
  if (!request.immediately) return configured
  const running = {
    versionId: request.token,
    finishesAt: new Date(Date.parse(at) + ROTATION_TAKES_MS).toISOString(),
  }
  const reserved = addVersion(configured, { id: request.token, value: null, labels: [PENDING] }, at)
  return { ...reserved, rotation: { lambdaArn, everyDays, running } }
}
