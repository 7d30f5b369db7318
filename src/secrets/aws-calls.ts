import { hash } from 'node:crypto'
import {
  DescribeSecretCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  type SecretListEntry,
  type SecretsManagerClient,
  type SecretVersionsListEntry,
  type Tag,
} from '@aws-sdk/client-secrets-manager'
import { NotReadable, type Secret, type SecretVersion } from '#domain/tokens/secret'
import { censorValues } from '#redaction/censor'
import { awsLimit, describeFailure } from './aws-problem.ts'

const PAGE = 100

/** What AWS says of a secret without its versions' times. */
export interface Described {
  name: string
  arn: string
  metadata: Omit<Secret, 'versions'>
  /** `LastChangedDate`, in milliseconds since 1970. */
  changedAt: number
  /** The labels of its versions, in one text that can be compared. */
  labels: string
  /** Of everything in it: equal fingerprints, equal secrets. */
  fingerprint: string
}

export interface Versions {
  versions: SecretVersion[]
  labels: string
}

/** The calls that read; each throws `NotReadable`. */
export interface AwsCalls {
  /** The list may be minutes behind, and leaves out secrets that are planned for deletion. */
  list(): Promise<{ secrets: Map<string, Described>; pages: number }>
  describe(name: string): Promise<Described>
  readVersions(name: string): Promise<Versions>
}

/** @param prefix of the names that are listed */
export const awsCalls = (client: SecretsManagerClient, prefix: string): AwsCalls => ({
  list: () => list(client, prefix),
  describe: (name) => describe(client, name),
  readVersions: (name) => readVersions(client, name),
})

async function list(client: SecretsManagerClient, prefix: string) {
  // A Map, because a secret that changes during paging may be on two pages.
  const secrets = new Map<string, Described>()
  const Filters = prefix === '' ? undefined : [{ Key: 'name' as const, Values: [prefix] }]
  let NextToken: string | undefined
  let pages = 0
  // A page may be empty and still have a NextToken.
  do {
    const command = new ListSecretsCommand({ MaxResults: PAGE, NextToken, Filters })
    const page = await readable('ListSecrets', prefix, () => client.send(command))
    for (const entry of page.SecretList ?? [])
      if (entry.Name?.startsWith(prefix))
        secrets.set(entry.Name, toDescribed(entry.Name, entry, entry.SecretVersionsToStages))
    NextToken = page.NextToken
    pages += 1
  } while (NextToken)
  return { secrets, pages }
}

async function describe(client: SecretsManagerClient, name: string): Promise<Described> {
  const command = new DescribeSecretCommand({ SecretId: name })
  const described = await readable('DescribeSecret', name, () => client.send(command))
  return toDescribed(described.Name ?? name, described, described.VersionIdsToStages)
}

async function readVersions(client: SecretsManagerClient, SecretId: string): Promise<Versions> {
  const entries: SecretVersionsListEntry[] = []
  let NextToken: string | undefined
  do {
    const command = new ListSecretVersionIdsCommand({
      SecretId,
      MaxResults: PAGE,
      NextToken,
      IncludeDeprecated: true,
    })
    const page = await readable('ListSecretVersionIds', SecretId, () => client.send(command))
    entries.push(...(page.Versions ?? []))
    NextToken = page.NextToken
  } while (NextToken)
  const stages = Object.fromEntries(
    entries.map(({ VersionId = '', VersionStages = [] }) => [VersionId, VersionStages]),
  )
  return { versions: toVersions(entries), labels: toLabels(stages) }
}

function toDescribed(
  name: string,
  entry: Pick<SecretListEntry, 'ARN' | 'CreatedDate' | 'DeletedDate' | 'LastChangedDate' | 'Tags'>,
  stages: Record<string, string[]> | undefined,
): Described {
  const { ARN = '', Tags = [], CreatedDate, DeletedDate, LastChangedDate } = entry
  const metadata = {
    name,
    tags: censorValues(Object.fromEntries(Tags.map(({ Key = '', Value = '' }: Tag) => [Key, Value]))),
    createdAt: instant(CreatedDate),
    deletedAt: DeletedDate ? instant(DeletedDate) : null,
  }
  const changedAt = LastChangedDate?.getTime() ?? 0
  const labels = toLabels(stages ?? {})
  const tags = Object.entries(metadata.tags).sort(([a], [b]) => (a < b ? -1 : 1))
  const content = JSON.stringify([changedAt, labels, tags, metadata.deletedAt])
  return { name, arn: ARN, metadata, changedAt, labels, fingerprint: hash('sha256', content, 'base64') }
}

/** `DescribeSecret` and `ListSecrets` leave out versions without labels. */
const toLabels = (stages: Record<string, string[]>): string =>
  Object.entries(stages)
    .flatMap(([id, names]) => (names.length > 0 ? [`${id}:${names.toSorted().join('+')}`] : []))
    .sort()
    .join(' ')

/**
 * AWS has no state "revoked": a version without labels is deprecated and may be deleted any time, but its
 * issuer may still accept it. So no version is `destroyed` here.
 */
function toVersions(entries: SecretVersionsListEntry[]): SecretVersion[] {
  const current = entries.find((entry) => entry.VersionStages?.includes('AWSCURRENT'))
  return entries
    .flatMap((entry): SecretVersion[] => {
      if (!entry.VersionId) return []
      const stages = entry.VersionStages ?? []
      return [
        {
          id: entry.VersionId,
          createdAt: instant(entry.CreatedDate),
          current: entry === current,
          // AWSPENDING may stay on the current version after a finished rotation.
          pending: stages.includes('AWSPENDING') && entry !== current,
          state: stages.length === 0 ? 'withdrawn' : 'live',
        },
      ]
    })
    .sort((a, b) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0))
}

const instant = (date: Date | undefined): string => (date ?? new Date(0)).toISOString()

/** @throws NotReadable that says which call failed, and why */
export async function readable<T>(operation: string, name: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw new NotReadable(`${name}: ${describeFailure(error)} (${operation})`, {
      cause: error,
      limit: awsLimit(error),
    })
  }
}
