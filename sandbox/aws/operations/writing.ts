import { z } from 'zod'
import { invalidParameter } from '../aws-error.ts'
import { addVersion, CURRENT, findVersion, moveLabel, type SecretValue } from '../secret.ts'
import { createSecret as makeSecret } from '../secrets.ts'
import { removeTags, setTags, tagRecord } from '../tags.ts'
import { fields, nameAndArn, operation } from './operation.ts'

const nameField = z.string().min(1).max(512)

export const createSecret = operation(
  z.object({
    Name: nameField,
    ClientRequestToken: fields.token,
    Description: z.string().max(2048).optional(),
    ...fields.value,
    Tags: fields.tags.optional(),
  }),
  (call, request) => {
    if (!/^[A-Za-z0-9/_+=.@!-]+$/.test(request.Name)) {
      throw invalidParameter(
        'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
      )
    }
    const value = requestedValue(request)
    const version = value && { id: tokenOf(request), value }
    const secret = makeSecret(
      call.secrets,
      { name: request.Name, description: request.Description, tags: tagRecord(request.Tags ?? []), version },
      call.at,
    )
    return { ...nameAndArn(secret), VersionId: version?.id }
  },
)

export const putSecretValue = operation(
  z.object({
    SecretId: fields.secretId,
    ClientRequestToken: fields.token,
    ...fields.value,
    VersionStages: z.array(fields.label).min(1).max(20).optional(),
  }),
  (call, request) => {
    const value = requestedValue(request)
    if (!value) throw invalidParameter('You must provide either SecretString or SecretBinary.')
    const version = { id: tokenOf(request), value, labels: request.VersionStages ?? [CURRENT] }
    const secret = call.secrets.save(addVersion(call.secrets.getLive(request.SecretId), version, call.at))
    return {
      ...nameAndArn(secret),
      VersionId: version.id,
      VersionStages: findVersion(secret, version.id)?.labels,
    }
  },
)

export const updateSecretVersionStage = operation(
  z.object({
    SecretId: fields.secretId,
    VersionStage: fields.label,
    RemoveFromVersionId: fields.versionId.optional(),
    MoveToVersionId: fields.versionId.optional(),
  }),
  (call, request) => {
    const move = {
      ...(request.RemoveFromVersionId !== undefined && { from: request.RemoveFromVersionId }),
      ...(request.MoveToVersionId !== undefined && { to: request.MoveToVersionId }),
    }
    const secret = call.secrets.getLive(request.SecretId)
    return nameAndArn(call.secrets.save(moveLabel(secret, request.VersionStage, move, call.at)))
  },
)

export const tagResource = operation(
  z.object({ SecretId: fields.secretId, Tags: fields.tags }),
  (call, request) => {
    const secret = call.secrets.getLive(request.SecretId)
    call.secrets.save(setTags(secret, tagRecord(request.Tags), call.at))
    return {}
  },
)

export const untagResource = operation(
  z.object({ SecretId: fields.secretId, TagKeys: z.array(z.string().min(1).max(128)) }),
  (call, request) => {
    const secret = call.secrets.getLive(request.SecretId)
    call.secrets.save(removeTags(secret, request.TagKeys, call.at))
    return {}
  },
)

function requestedValue(request: SecretValue): SecretValue | undefined {
  const { SecretString, SecretBinary } = request
  if (SecretString !== undefined && SecretBinary !== undefined) {
    throw invalidParameter("You can't specify both SecretString and SecretBinary.")
  }
  if (SecretString !== undefined) return { SecretString }
  return SecretBinary === undefined ? undefined : { SecretBinary }
}

/** SDKs generate the token; a plain HTTP client must send it. */
export function tokenOf(request: { ClientRequestToken?: string | undefined }): string {
  if (request.ClientRequestToken !== undefined) return request.ClientRequestToken
  throw invalidParameter('You must provide a ClientRequestToken value. We recommend a UUID-type value.')
}
