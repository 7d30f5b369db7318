import { randomUUID } from 'node:crypto'
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager'

/** Errors that AWS returns only to callers who may read the value. */
const ALLOWED = ['ResourceNotFoundException', 'InvalidRequestException', 'DecryptionFailure']

/**
 * Whether AWS would return a secret's value. The requested version does not exist, so no policy can make AWS
 * return a value; AWS checks the permission first, for this secret with its tags and policy. CloudTrail shows
 * the call as denied.
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
