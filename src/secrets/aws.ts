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
import { isOutage, isRefusal, isThrottling, whyOf } from './aws-problem.ts'
import { wouldGetValue } from './aws-value-probe.ts'
import { secretsManagerKind } from './kind.ts'
import { readEach } from './read-each.ts'

const SECOND = 1_000
/** The most that AWS gives at once. */
const PAGE = 100
/** Enough to hide the latency; more would only be throttled: AWS allows some 50 such calls a second by default. */
export const AT_ONCE = 8

/**
 * How long the SDK is patient. The standard retries wait up to 1, 2 and 4 s when AWS throttles, so that a check says so
 * within its deadline. A retry of a throttled call takes 5 of the SDK's 500 retry tokens, of a broken one 14, and gives
 * them back when it succeeds: with `AT_ONCE` callers they never run out while AWS only throttles, and soon do when nothing
 * answers. The mode `adaptive` can fall to a call every two seconds at the first throttling, and nobody would hear why.
 */
export const PATIENCE = {
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
 * AWS Secrets Manager. Lists, describes, reads versions' metadata and starts rotations; the one file that
 * names `GetSecretValue` (`aws-value-probe.ts`) asks so that no value can come back. Region, credentials and endpoint come from the SDK's own chain.
 *
 * @param prefix only secrets whose name begins with it belong to the inventory
 * @param settings what the SDK's own chain is not to decide
 */
export function awsSecretsManager(prefix: string, settings: SecretsManagerClientConfig = {}): SecretsManager {
  const client = new SecretsManagerClient({ ...PATIENCE, ...settings })
  return {
    readAll: () => readAll(client, prefix),
    describe: (name) => describe(client, name),
    rotate: (name, versionId) => rotate(client, name, versionId),
    canReadValue: (name) => readable('permission', name, () => wouldGetValue(client, name)),
  }
}

/**
 * Pages of `ListSecrets`, and one `ListSecretVersionIds` a secret: the list tells everything but versions' ages. What was
 * throttled to the end is asked for once more when the others are done.
 */
async function readAll(client: SecretsManagerClient, prefix: string): Promise<SecretReading[]> {
  const listed = await list(client, prefix)
  const read = async (metadata: Metadata) => ({
    ...metadata,
    versions: await readVersions(client, metadata.name),
  })
  return readEach(listed, AT_ONCE, read, ({ cause }) => ({
    outage: isOutage(cause) ? whyOf(cause) : null,
    throttled: isThrottling(cause),
  }))
}

type Metadata = Omit<Secret, 'versions'>

async function list(client: SecretsManagerClient, prefix: string): Promise<Metadata[]> {
  // By name, because a secret that changes while the list is turned may be on two pages.
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
    throw new Problem(`${SecretId}: ${whyOf(error)} (RotateSecret)`, { cause: error })
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
 * AWS has no state "revoked": a version without labels is deprecated, cannot be asked for by label and may be deleted
 * at any time, but its issuer may still take it. So none is ever `destroyed` here; that is for the issuer to say.
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
          // AWSPENDING may rest on the current version after a finished rotation.
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
    throw new NotReadable(`${name}: ${whyOf(error)} (${operation})`, { cause: error })
  }
}
