import { z } from 'zod'
import { invalidParameter } from '../aws-error.ts'
import { beginRotation, planDeletion, restore } from '../lifecycle.ts'
import { epochSeconds, fields, nameAndArn, operation } from './operation.ts'
import { tokenOf } from './writing.ts'

const DEFAULT_WINDOW_DAYS = 30

export const deleteSecret = operation(
  z.object({
    SecretId: fields.secretId,
    RecoveryWindowInDays: z.int().optional(),
    ForceDeleteWithoutRecovery: z.boolean().optional(),
  }),
  (call, request) => {
    const force = request.ForceDeleteWithoutRecovery === true
    if (force && request.RecoveryWindowInDays !== undefined) {
      throw invalidParameter(
        "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
      )
    }
    // Internally 0 means "at once"; a caller may not pass it.
    if (request.RecoveryWindowInDays === 0) {
      throw invalidParameter('The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).')
    }
    const days = force ? 0 : (request.RecoveryWindowInDays ?? DEFAULT_WINDOW_DAYS)
    const secret = planDeletion(call.secrets.getLive(request.SecretId), days, call.at)
    if (force) call.secrets.remove(secret)
    else call.secrets.save(secret)
    return { ...nameAndArn(secret), DeletionDate: epochSeconds(secret.deletedAt) }
  },
)

export const restoreSecret = operation(z.object({ SecretId: fields.secretId }), (call, request) =>
  nameAndArn(call.secrets.save(restore(call.secrets.get(request.SecretId), call.at))),
)

export const rotateSecret = operation(
  z.object({
    SecretId: fields.secretId,
    ClientRequestToken: fields.token,
    RotationLambdaARN: z.string().max(2048).optional(),
    RotationRules: z.object({ AutomaticallyAfterDays: z.int().min(1).max(1000).optional() }).optional(),
    RotateImmediately: z.boolean().optional(),
  }),
  (call, request) => {
    const rotation = {
      token: tokenOf(request),
      lambdaArn: request.RotationLambdaARN,
      everyDays: request.RotationRules?.AutomaticallyAfterDays,
      immediately: request.RotateImmediately ?? true,
    }
    const secret = call.secrets.save(beginRotation(call.secrets.getLive(request.SecretId), rotation, call.at))
    return { ...nameAndArn(secret), VersionId: rotation.immediately ? rotation.token : undefined }
  },
)
