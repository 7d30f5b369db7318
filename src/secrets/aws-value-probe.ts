import { randomUUID } from 'node:crypto'
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager'

/** What AWS answers only after it has found that the caller may read the value. */
const ALLOWED = ['ResourceNotFoundException', 'InvalidRequestException', 'DecryptionFailure']

/**
 * Whether AWS would give out a secret's value. It is asked for a version that does not exist, so that whatever the policies
 * say, there is no value to answer with; permission is decided before the version is looked for, and for the very secret,
 * with its tags and its own policy. CloudTrail shows the call as denied.
 */
export async function wouldGetValue(client: SecretsManagerClient, SecretId: string): Promise<boolean> {
  try {
    await client.send(new GetSecretValueCommand({ SecretId, VersionId: randomUUID() }))
    return true
  } catch (error) {
    const name = error instanceof Error ? error.name : ''
    if (name === 'AccessDeniedException') return false
    if (ALLOWED.includes(name)) return true
    throw error
  }
}
