import {
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  SecretsManagerClient,
  type SecretsManagerClientConfig,
} from '@aws-sdk/client-secrets-manager'
import pMap from 'p-map'
import { awsSecretsManager, RETRY_SETTINGS } from '#secrets/aws'
import { CONCURRENCY } from '#secrets/aws-reader'

const PREFIX = 'flashfusion/'
/** Calls a second: the adapter's own limit would be all that is measured. */
const UNLIMITED = 1_000_000

const settings = (endpoint: string): SecretsManagerClientConfig => ({
  endpoint,
  region: 'eu-central-1',
  credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
})

/** Two ways to read the whole inventory; each returns the number of secrets read. */
export const READERS = {
  /** The bot's adapter. */
  adapter(endpoint: string) {
    const manager = awsSecretsManager(PREFIX, settings(endpoint), UNLIMITED)
    return async () => {
      const readings = await manager.readAll()
      return readings.filter((reading) => reading.secret?.versions.length === 3).length
    }
  },

  /** The SDK's calls with the same settings and concurrency, ignoring the answers. */
  bare(endpoint: string) {
    const client = new SecretsManagerClient({ ...RETRY_SETTINGS, ...settings(endpoint) })
    return async () => {
      const names: (string | undefined)[] = []
      let NextToken: string | undefined
      do {
        const Filters = [{ Key: 'name' as const, Values: [PREFIX] }]
        const page = await client.send(new ListSecretsCommand({ MaxResults: 100, NextToken, Filters }))
        for (const secret of page.SecretList ?? []) names.push(secret.Name)
        NextToken = page.NextToken
      } while (NextToken)
      await pMap(
        names,
        async (SecretId) => {
          await client.send(
            new ListSecretVersionIdsCommand({ SecretId, MaxResults: 100, IncludeDeprecated: true }),
          )
        },
        { concurrency: CONCURRENCY },
      )
      return names.length
    }
  },
} as const satisfies Record<string, (endpoint: string) => () => Promise<number>>
