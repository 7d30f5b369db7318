import { CREDENTIALS } from '#sandbox/demo-users'
import { AwsError } from './aws-error.ts'
import { decide, readBotPolicy } from './policy.ts'
import { ACCOUNT } from './secrets.ts'

/** The caller, and what its policy decides for an operation on a resource. */
export interface Principal {
  arn: string
  isBot: boolean
  decide(operation: string, resource: string): ReturnType<typeof decide>
}

/** Access key of the simulated CI, which may do everything. Not the bot's. */
export const ADMIN_ACCESS_KEY_ID = 'SANDBOXCI'

const botPolicy = readBotPolicy()

const PRINCIPALS: Record<string, Principal> = {
  [CREDENTIALS.awsAccessKeyId]: {
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/rotation-bot/rotation-bot`,
    isBot: true,
    decide: (operation, resource) => decide(botPolicy, `secretsmanager:${operation}`, resource),
  },
  [ADMIN_ACCESS_KEY_ID]: {
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/ci-rotate-tokens/ci`,
    isBot: false,
    decide: () => 'allowed',
  },
}

/**
 * Identifies the caller by the access key in a Signature Version 4 header. The signature is not verified.
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

const REASONS = {
  denied: () => 'with an explicit deny in an identity-based policy',
  unmentioned: (action: string) => `because no identity-based policy allows the ${action} action`,
} as const

/** The error with IAM's wording. @param resource what the caller named: a secret's name or ARN, or `*` */
export function accessDenied(
  principal: Principal,
  operation: string,
  resource: string,
  why: keyof typeof REASONS,
): AwsError {
  const action = `secretsmanager:${operation}`
  return new AwsError(
    'AccessDeniedException',
    `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource} ${REASONS[why](action)}`,
  )
}
