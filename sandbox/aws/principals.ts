import { CREDENTIALS } from '../cast.ts'
import { AwsError } from './aws-error.ts'
import { ACCOUNT } from './secrets.ts'

/** Who calls, and which operations its identity-based policy allows. */
export interface Principal {
  arn: string
  isBot: boolean
  allows(operation: string): boolean
}

/** The key of the simulated CI's role, which may do everything. The bot is never given it. */
export const ADMIN_ACCESS_KEY_ID = 'SANDBOXCI'

/** All that the bot needs: metadata, never a value. */
const BOT_OPERATIONS = ['ListSecrets', 'DescribeSecret', 'ListSecretVersionIds']

const PRINCIPALS: Record<string, Principal> = {
  [CREDENTIALS.awsAccessKeyId]: {
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/rotation-bot/rotation-bot`,
    isBot: true,
    allows: (operation) => BOT_OPERATIONS.includes(operation),
  },
  [ADMIN_ACCESS_KEY_ID]: {
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/ci-rotate-tokens/ci`,
    isBot: false,
    allows: () => true,
  },
}

/**
 * Reads the caller from a Signature Version 4 `Authorization` header. Only the access key is looked at: the
 * signature itself is not verified, because the sandbox protects nothing.
 *
 * @throws AwsError `MissingAuthenticationTokenException`, `UnrecognizedClientException`
 */
export function identify(authorization: string | undefined): Principal {
  if (!authorization)
    throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token')
  const key = /^AWS4-HMAC-SHA256 .*Credential=([^/\s,]+)\//.exec(authorization)?.[1]
  const principal = key === undefined ? undefined : Object.hasOwn(PRINCIPALS, key) && PRINCIPALS[key]
  if (!principal) {
    throw new AwsError(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    )
  }
  return principal
}

/** Refuses in the words of IAM. @param resource what the caller named: a secret's name or ARN, or `*` */
export function accessDenied(principal: Principal, operation: string, resource: string): AwsError {
  const action = `secretsmanager:${operation}`
  return new AwsError(
    'AccessDeniedException',
    `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
  )
}
