import {
  DescribeSecretCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  SecretsManagerClient,
  type SecretVersionsListEntry,
} from '@aws-sdk/client-secrets-manager'
import { NotReadable, type SecretsManager, type SecretVersion } from '#rotation/secret'

/**
 * AWS Secrets Manager. Lists, describes and reads versions' metadata; `GetSecretValue` is nowhere called.
 * Region, credentials and endpoint come from the SDK's own chain.
 *
 * @param prefix only secrets whose name begins with it belong to the inventory
 */
export function awsSecretsManager(prefix: string): SecretsManager {
  const client = new SecretsManagerClient({ maxAttempts: 4 })
  return {
    async list() {
      const names: string[] = []
      let token: string | undefined
      // A page may be empty and still have a NextToken.
      do {
        const page = await readable('ListSecrets', prefix, () =>
          client.send(
            new ListSecretsCommand({
              MaxResults: 100,
              NextToken: token,
              Filters: prefix === '' ? undefined : [{ Key: 'name', Values: [prefix] }],
            }),
          ),
        )
        for (const secret of page.SecretList ?? [])
          if (secret.Name?.startsWith(prefix)) names.push(secret.Name)
        token = page.NextToken
      } while (token)
      return names
    },

    async describe(name) {
      const described = await readable('DescribeSecret', name, () =>
        client.send(new DescribeSecretCommand({ SecretId: name })),
      )
      const versions = await readVersions(client, name)
      return {
        name: described.Name ?? name,
        tags: Object.fromEntries((described.Tags ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? ''])),
        createdAt: instant(described.CreatedDate),
        deletedAt: described.DeletedDate ? instant(described.DeletedDate) : null,
        versions: toVersions(versions),
      }
    },
  }
}

async function readVersions(client: SecretsManagerClient, name: string): Promise<SecretVersionsListEntry[]> {
  const versions: SecretVersionsListEntry[] = []
  let token: string | undefined
  do {
    const page = await readable('ListSecretVersionIds', name, () =>
      client.send(
        new ListSecretVersionIdsCommand({
          SecretId: name,
          MaxResults: 100,
          NextToken: token,
          IncludeDeprecated: true,
        }),
      ),
    )
    versions.push(...(page.Versions ?? []))
    token = page.NextToken
  } while (token)
  return versions
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
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt))
}

const instant = (date: Date | undefined): string => (date ?? new Date(0)).toISOString()

const ADVICE: Record<string, string> = {
  AccessDeniedException: 'access denied; the bot’s IAM policy must allow it',
  ResourceNotFoundException: 'there is no such secret',
  UnrecognizedClientException: 'AWS does not know the access key; check the bot’s credentials',
  ExpiredTokenException: 'the bot’s AWS credentials have expired',
  ThrottlingException: 'AWS is throttling; it is tried again',
  CredentialsProviderError: 'no AWS credentials were found',
}

async function readable<T>(operation: string, name: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    const kind = error instanceof Error ? error.name : 'Error'
    const why = ADVICE[kind] ?? (error instanceof Error ? error.message : String(error))
    throw new NotReadable(`${name}: ${why} (${operation})`, { cause: error })
  }
}
