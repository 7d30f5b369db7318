import { z } from 'zod'
import { shownTags } from '../faulty-secrets.ts'
import { FILTER_KEYS, passesFilters } from '../filters.ts'
import { pageOf } from '../paging.ts'
import { type Secret, stagesByVersion } from '../secret.ts'
import { type Call, epochSeconds, fields, nameAndArn, operation } from './operation.ts'

const DAY = 86_400_000

export const filtersField = z
  .array(
    z.object({
      Key: z.enum(FILTER_KEYS),
      Values: z
        .array(
          z
            .string()
            .max(512)
            .regex(/^!?[a-zA-Z0-9 :_@/+=.!-]*$/),
        )
        .min(1)
        .max(10),
    }),
  )
  .max(10)
  .optional()

const SORTS: Record<string, (secret: Secret) => string> = {
  'created-date': (secret) => secret.createdAt,
  'last-changed-date': (secret) => secret.lastChangedAt,
  'last-accessed-date': (secret) => lastAccessed(secret) ?? '',
  name: (secret) => secret.name,
}

export const listSecrets = operation(
  z.object({
    IncludePlannedDeletion: z.boolean().optional(),
    MaxResults: fields.maxResults,
    NextToken: fields.nextToken,
    Filters: filtersField,
    SortOrder: z.enum(['asc', 'desc']).optional(),
    SortBy: z.enum(['created-date', 'last-accessed-date', 'last-changed-date', 'name']).optional(),
  }),
  (call, request) => {
    const by = SORTS[request.SortBy ?? 'created-date']!
    const sorted = call.secrets.all().toSorted((a, b) => (by(a) < by(b) ? -1 : by(a) > by(b) ? 1 : 0))
    if (request.SortOrder === 'desc') sorted.reverse()
    const keep = (secret: Secret) =>
      (secret.deletedAt === null || request.IncludePlannedDeletion === true) &&
      passesFilters({ ...secret, tags: shownTags(call.world, secret) }, request.Filters ?? [])
    const page = pageOf(sorted, keep, request, 'ListSecrets')
    return {
      SecretList: page.items.map((secret) => ({
        ...metadata(call, secret),
        SecretVersionsToStages: stagesByVersion(secret),
      })),
      NextToken: page.NextToken,
    }
  },
)

export const describeSecret = operation(z.object({ SecretId: fields.secretId }), (call, request) => {
  const secret = call.secrets.get(request.SecretId)
  return { ...metadata(call, secret), VersionIdsToStages: stagesByVersion(secret) }
})

export const listSecretVersionIds = operation(
  z.object({
    SecretId: fields.secretId,
    MaxResults: fields.maxResults,
    NextToken: fields.nextToken,
    IncludeDeprecated: z.boolean().optional(),
  }),
  (call, request) => {
    const secret = call.secrets.get(request.SecretId)
    const page = pageOf(
      secret.versions,
      (version) => version.labels.length > 0 || request.IncludeDeprecated === true,
      request,
      `ListSecretVersionIds ${secret.arn}`,
    )
    return {
      ...nameAndArn(secret),
      Versions: page.items.map((version) => ({
        VersionId: version.id,
        VersionStages: version.labels.length > 0 ? version.labels : undefined,
        CreatedDate: epochSeconds(version.createdAt),
        LastAccessedDate: epochSeconds(wholeDay(version.lastAccessedAt)),
        KmsKeyIds: ['DefaultEncryptionKey'],
      })),
      NextToken: page.NextToken,
    }
  },
)

/** The fields that `ListSecrets` and `DescribeSecret` share; empty ones are omitted, as in AWS. */
function metadata(call: Call, secret: Secret): object {
  const tags = shownTags(call.world, secret)
  return {
    ...nameAndArn(secret),
    Description: secret.description ?? undefined,
    CreatedDate: epochSeconds(secret.createdAt),
    LastChangedDate: epochSeconds(secret.lastChangedAt),
    LastRotatedDate: epochSeconds(secret.lastRotatedAt),
    LastAccessedDate: epochSeconds(wholeDay(lastAccessed(secret))),
    DeletedDate: epochSeconds(secret.deletedAt),
    Tags: tags.length > 0 ? tags : undefined,
    ...(secret.rotation && {
      RotationEnabled: true,
      RotationLambdaARN: secret.rotation.lambdaArn,
      RotationRules: { AutomaticallyAfterDays: secret.rotation.everyDays ?? undefined },
    }),
  }
}

function lastAccessed(secret: Secret): string | null {
  const times = secret.versions.flatMap((version) => version.lastAccessedAt ?? [])
  return times.toSorted().at(-1) ?? null
}

/** AWS records the last access by day only. */
const wholeDay = (iso: string | null) =>
  iso === null ? null : new Date(Math.floor(Date.parse(iso) / DAY) * DAY).toISOString()
