import { z } from 'zod'
import { AwsError, invalidParameter, notFound } from '../aws-error.ts'
import { passesFilters } from '../filters.ts'
import { pageOf } from '../paging.ts'
import { CURRENT, findVersion, type Secret, versionLabelled } from '../secret.ts'
import { type Call, epochSeconds, fields, nameAndArn, operation } from './operation.ts'
import { filtersField } from './reading.ts'

export const getSecretValue = operation(
  z.object({
    SecretId: fields.secretId,
    VersionId: fields.versionId.optional(),
    VersionStage: fields.label.optional(),
  }),
  (call, request) => readValue(call, call.secrets.getLive(request.SecretId), request),
)

export const batchGetSecretValue = operation(
  z.object({
    SecretIdList: z.array(fields.secretId).min(1).max(20).optional(),
    Filters: filtersField,
    MaxResults: z.int().min(1).max(20).optional(),
    NextToken: fields.nextToken,
  }),
  (call, request) => {
    if ((request.SecretIdList === undefined) === (request.Filters === undefined)) {
      throw invalidParameter('You must include Filters or SecretIdList, but not both.')
    }
    if (request.SecretIdList) return readAll(call, request.SecretIdList)
    const keep = (secret: Secret) => secret.deletedAt === null && passesFilters(secret, request.Filters ?? [])
    const page = pageOf(call.secrets.all(), keep, { MaxResults: 20, ...request }, 'BatchGetSecretValue')
    return {
      ...readAll(
        call,
        page.items.map((secret) => secret.arn),
      ),
      NextToken: page.NextToken,
    }
  },
)

/** A secret that cannot be read becomes an entry in `Errors`; the others are returned. */
function readAll(call: Call, ids: readonly string[]): { SecretValues: object[]; Errors: object[] } {
  const SecretValues: object[] = []
  const Errors: object[] = []
  for (const id of ids) {
    try {
      SecretValues.push(readValue(call, call.secrets.getLive(id), {}))
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      Errors.push({ SecretId: id, ErrorCode: error.code, Message: error.message })
    }
  }
  return { SecretValues, Errors }
}

function readValue(
  call: Call,
  secret: Secret,
  wanted: { VersionId?: string | undefined; VersionStage?: string | undefined },
): object {
  const label = wanted.VersionStage ?? CURRENT
  const version =
    wanted.VersionId === undefined ? versionLabelled(secret, label) : findVersion(secret, wanted.VersionId)
  const mismatch = wanted.VersionStage !== undefined && !version?.labels.includes(wanted.VersionStage)
  if (!version?.value || mismatch) {
    const missing =
      wanted.VersionId === undefined ? `staging label: ${label}` : `VersionId: ${wanted.VersionId}`
    throw notFound(`Secrets Manager can't find the specified secret value for ${missing}`)
  }
  const versions = secret.versions.map((other) =>
    other === version ? { ...other, lastAccessedAt: call.at } : other,
  )
  call.secrets.save({ ...secret, versions })
  return {
    ...nameAndArn(secret),
    VersionId: version.id,
    ...version.value,
    VersionStages: version.labels,
    CreatedDate: epochSeconds(version.createdAt),
  }
}
