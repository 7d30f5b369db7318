import {
  DescribeSecretCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  RotateSecretCommand,
  type SecretListEntry,
  SecretsManagerClient,
  type SecretsManagerClientConfig,
  type SecretVersionsListEntry,
  type Tag,
} from '@aws-sdk/client-secrets-manager'
import { z } from 'zod'
import {
  NotReadable,
  RotationRefused,
  type Secret,
  type SecretReading,
  type SecretsManager,
  type SecretVersion,
} from '#domain/tokens/secret'
import { describeFailure, isOutage, isRefusal, isThrottling } from './aws-problem.ts'
import { wouldGetValue } from './aws-value-probe.ts'
import { secretsManagerKind } from './kind.ts'
import { readEach } from './read-each.ts'

const SECOND = 1_000
const PAGE = 100
// AWS allows about 50 such calls a second by default.
export const CONCURRENCY = 8

/**
 * Standard retries wait up to 1, 2 and 4 s when throttled, within a check's deadline. The SDK's retry quota lasts under
 * throttling with `CONCURRENCY` callers. The mode `adaptive` can drop to one call in two seconds without a message.
 */
export const RETRY_SETTINGS = {
  maxAttempts: 4,
  retryMode: 'standard',
  requestHandler: {
    connectionTimeout: 3 * SECOND,
    requestTimeout: 5 * SECOND,
    throwOnRequestTimeout: true,
  },
} as const satisfies SecretsManagerClientConfig

const awsEnv = z.object({
  AWS_REGION: z.string({ error: 'is not set: the region of the secrets manager' }).min(1, 'is empty'),
  AWS_ENDPOINT_URL_SECRETS_MANAGER: z
    .url({ protocol: /^https?$/, error: 'must be an http(s) address' })
    .optional(),
})

export const aws = secretsManagerKind(awsEnv, true, ({ prefix }) => awsSecretsManager(prefix))

/**
 * AWS Secrets Manager. Region, credentials and endpoint come from the SDK's chain. Only `aws-value-probe.ts`
 * names `GetSecretValue`, and it can never return a value.
 *
 * @param prefix of the names of secrets in the inventory
 * @param settings that override the SDK's chain
 */
export function awsSecretsManager(prefix: string, settings: SecretsManagerClientConfig = {}): SecretsManager {
  const client = new SecretsManagerClient({ ...RETRY_SETTINGS, ...settings })
  return {
    readAll: () => readAll(client, prefix),
    describe: (name) => describe(client, name),
    rotate: (name, versionId) => rotate(client, name, versionId),
    canReadValue: (name) => readable('permission', name, () => wouldGetValue(client, name)),
  }
}

/**
 * Pages of `ListSecrets`, and one `ListSecretVersionIds` a secret for the versions' ages. Throttled secrets
 * are retried at the end.
 */
async function readAll(client: SecretsManagerClient, prefix: string): Promise<SecretReading[]> {
  const listed = await list(client, prefix)
  const read = async (metadata: Metadata) => ({
    ...metadata,
    versions: await readVersions(client, metadata.name),
  })
  return readEach(listed, CONCURRENCY, read, ({ cause }) => ({
    outage: isOutage(cause) ? describeFailure(cause) : null,
    throttled: isThrottling(cause),
  }))
}

type Metadata = Omit<Secret, 'versions'>

async function list(client: SecretsManagerClient, prefix: string): Promise<Metadata[]> {
  // A Map, because a secret that changes during paging may be on two pages.
  const secrets = new Map<string, Metadata>()
  const Filters = prefix === '' ? undefined : [{ Key: 'name' as const, Values: [prefix] }]
  let NextToken: string | undefined
  // A page may be empty and still have a NextToken.
  do {
    const command = new ListSecretsCommand({ MaxResults: PAGE, NextToken, Filters })
    const page = await readable('ListSecrets', prefix, () => client.send(command))
    for (const entry of page.SecretList ?? [])
      if (entry.Name?.startsWith(prefix)) secrets.set(entry.Name, toMetadata(entry.Name, entry))
    NextToken = page.NextToken
  } while (NextToken)
  return [...secrets.values()]
}

async function describe(client: SecretsManagerClient, name: string): Promise<Secret> {
  const command = new DescribeSecretCommand({ SecretId: name })
  const described = await readable('DescribeSecret', name, () => client.send(command))
  return { ...toMetadata(described.Name ?? name, described), versions: await readVersions(client, name) }
}

async function readVersions(client: SecretsManagerClient, SecretId: string): Promise<SecretVersion[]> {
  const versions: SecretVersionsListEntry[] = []
  let NextToken: string | undefined
  do {
    const command = new ListSecretVersionIdsCommand({
      SecretId,
      MaxResults: PAGE,
      NextToken,
      IncludeDeprecated: true,
    })
    const page = await readable('ListSecretVersionIds', SecretId, () => client.send(command))
    versions.push(...(page.Versions ?? []))
    NextToken = page.NextToken
  } while (NextToken)
  return toVersions(versions)
}

async function rotate(client: SecretsManagerClient, SecretId: string, versionId: string): Promise<void> {
  try {
    await client.send(
      new RotateSecretCommand({ SecretId, ClientRequestToken: versionId, RotateImmediately: true }),
    )
  } catch (error) {
    const Problem = isRefusal(error) ? RotationRefused : NotReadable
    throw new Problem(`${SecretId}: ${describeFailure(error)} (RotateSecret)`, { cause: error })
  }
}

function toMetadata(
  name: string,
  { Tags = [], CreatedDate, DeletedDate }: Pick<SecretListEntry, 'CreatedDate' | 'DeletedDate' | 'Tags'>,
): Metadata {
  return {
    name,
    tags: Object.fromEntries(Tags.map(({ Key = '', Value = '' }: Tag) => [Key, Value])),
    createdAt: instant(CreatedDate),
    deletedAt: DeletedDate ? instant(DeletedDate) : null,
  }
}

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

async function readable<T>(operation: string, name: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw new NotReadable(`${name}: ${describeFailure(error)} (${operation})`, { cause: error })
  }
}
