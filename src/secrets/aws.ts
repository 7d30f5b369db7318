import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import {
  RotateSecretCommand,
  SecretsManagerClient,
  type SecretsManagerClientConfig,
} from '@aws-sdk/client-secrets-manager'
import { type CredentialEnd, NotReadable, RotationRefused, type SecretsManager } from '#domain/tokens/secret'
import { awsNameFault } from '#domain/tokens/secret-name'
import { awsCalls, readable } from './aws-calls.ts'
import { awsLimit, describeFailure, isRefusal } from './aws-problem.ts'
import { awsReader } from './aws-reader.ts'
import { wouldGetValue } from './aws-value-probe.ts'
import { limitRate } from './limit-rate.ts'

const SECOND = 1_000
/** AWS allows about 50 calls a second to everybody in an account and region together; most of them are left to others. */
const CALLS_PER_SECOND = 20

/**
 * For calls that read. Standard retries wait up to 1, 2 and 4 s when throttled, within a check's deadline. The SDK's retry quota lasts under
 * throttling with as many callers as read at once. The mode `adaptive` can drop to one call in two seconds without a message.
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

/**
 * AWS Secrets Manager. Region, credentials and endpoint come from the SDK's chain. Only `aws-value-probe.ts`
 * names `GetSecretValue`, and it can never return a value.
 *
 * @param prefix of the names of secrets in the inventory
 * @param settings that override the SDK's chain
 * @param callsPerSecond that read, retries included
 */
export function awsSecretsManager(
  prefix: string,
  settings: SecretsManagerClientConfig = {},
  callsPerSecond = CALLS_PER_SECOND,
): SecretsManager {
  const requestHandler = { ...RETRY_SETTINGS.requestHandler, ...throughProxy() }
  const given = { ...RETRY_SETTINGS, requestHandler, ...settings }
  const client = new SecretsManagerClient(given)
  limitCalls(client, callsPerSecond)
  // What changes something never waits between the decision and the call: no retry, no turn. The outbox tries again.
  const changing = new SecretsManagerClient({ ...given, maxAttempts: 1 })
  return {
    ...awsReader(awsCalls(client, prefix)),
    nameFault: awsNameFault,
    rotate: (name, versionId) => rotate(changing, name, versionId),
    ownCredential: () => ownCredential(client),
    canReadValue: (name) => readable('permission', name, () => wouldGetValue(client, name)),
  }
}

/**
 * When a session that was given by environment variables ends (AWS_CREDENTIAL_EXPIRATION); the other sources of the SDK's chain are
 * asked again by the SDK before their sessions end.
 */
async function ownCredential(client: SecretsManagerClient): Promise<CredentialEnd | null> {
  return readable('credentials', 'AWS', async () => {
    const { expiration, sessionToken } = await client.config.credentials()
    const isGiven = sessionToken !== undefined && process.env.AWS_SESSION_TOKEN === sessionToken
    if (!isGiven || !expiration) return null
    return {
      what: 'The AWS session',
      endsAt: expiration.toISOString(),
      replace: 'Set new session variables, or give the bot a role, whose sessions the SDK renews by itself',
    }
  })
}

/** The SDK has agents of its own, which heed HTTPS_PROXY and NO_PROXY only when they are given them. */
function throughProxy() {
  const options = { keepAlive: true, maxSockets: 50, proxyEnv: process.env }
  return { httpAgent: new HttpAgent(options), httpsAgent: new HttpsAgent(options) }
}

/** After the SDK's retries in the stack, so that each attempt waits; before the signature, which has a time. */
function limitCalls(client: SecretsManagerClient, callsPerSecond: number): void {
  const turn = limitRate(callsPerSecond, SECOND)
  client.middlewareStack.addRelativeTo(
    <Args, Result>(next: (args: Args) => Promise<Result>) =>
      async (args: Args): Promise<Result> => {
        await turn()
        return next(args)
      },
    { name: 'limitCalls', relation: 'after', toMiddleware: 'retryMiddleware' },
  )
}

async function rotate(client: SecretsManagerClient, SecretId: string, versionId: string): Promise<void> {
  try {
    await client.send(
      new RotateSecretCommand({ SecretId, ClientRequestToken: versionId, RotateImmediately: true }),
    )
  } catch (error) {
    const words = `${SecretId}: ${describeFailure(error)} (RotateSecret)`
    if (isRefusal(error)) throw new RotationRefused(words, { cause: error })
    throw new NotReadable(words, { cause: error, limit: awsLimit(error) })
  }
}
