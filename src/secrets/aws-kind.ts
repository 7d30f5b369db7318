import { z } from 'zod'
import { memoize } from '#domain/memoize'
import { awsNameFault } from '#domain/tokens/secret-name'
import { secretsManagerKind } from './kind.ts'

const awsEnv = z.object({
  AWS_REGION: z.string({ error: 'is not set: the region of the secrets manager' }).min(1, 'is empty'),
  AWS_ENDPOINT_URL_SECRETS_MANAGER: z
    .url({ protocol: /^https?$/, error: 'must be an http(s) address' })
    .optional(),
})

/** AWS Secrets Manager. Its SDK is loaded with the first call, because loading it is a tenth of the start. */
export const aws = secretsManagerKind(awsEnv, true, ({ prefix }) => {
  const opened = memoize(async () => (await import('./aws.ts')).awsSecretsManager(prefix))
  return {
    readAll: async (since) => (await opened()).readAll(since),
    read: async (names, freshness) => (await opened()).read(names, freshness),
    describe: async (name) => (await opened()).describe(name),
    rotate: async (name, versionId) => (await opened()).rotate?.(name, versionId),
    namesOf: async (names) => (await opened()).namesOf(names),
    nameFault: awsNameFault,
    ownCredential: async () => (await opened()).ownCredential(),
    canReadValue: async (name) => (await opened()).canReadValue(name),
  }
})
