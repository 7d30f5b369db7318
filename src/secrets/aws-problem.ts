import type { RateLimit } from '#domain/ports/call-failed'
import { errorText } from '#redaction/error-text'

const SENTENCES: Record<string, string> = {
  AccessDeniedException: 'access denied; the bot’s IAM policy must allow it (docs/aws-iam-policy.json)',
  ResourceNotFoundException: 'the secret does not exist; create it, or correct its name in the registry',
  UnrecognizedClientException: 'AWS does not know the access key; check the bot’s credentials',
  InvalidSignatureException: 'AWS does not accept the signature; check the bot’s credentials and its clock',
  ExpiredTokenException: 'the bot’s AWS credentials have expired; renew them',
  ExpiredToken: 'the bot’s AWS credentials have expired; renew them',
  ThrottlingException: 'AWS is throttling; wait a minute, then try again',
  TooManyRequestsException: 'AWS is throttling; wait a minute, then try again',
}

const THROTTLED = ['ThrottlingException', 'TooManyRequestsException']

/** Errors that a retry cannot resolve, until a person fixes the secret or the policy. */
const REFUSALS = [
  'InvalidRequestException',
  'InvalidParameterException',
  'ResourceNotFoundException',
  'ValidationException',
  'LimitExceededException',
  'AccessDeniedException',
]

interface Seen {
  name: string
  message: string
  /** Node's error code when the network failed, such as `ECONNREFUSED`. */
  code: string | null
  status: number | null
}

function look(error: unknown): Seen {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), code: null, status: null }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null
  const metadata = '$metadata' in error ? error.$metadata : null
  const status =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
      ? metadata.httpStatusCode
      : null
  const { name, message } = error
  return { name, message, code, status: typeof status === 'number' ? status : null }
}

/** What the SDK says when a source of credentials does not work, and what to do about it. */
const SOURCES: readonly [pattern: RegExp, words: string][] = [
  [
    /sso.*(expired|invalid|not found)|(expired|invalid|refresh).*\bsso\b|aws sso login/i,
    'the AWS SSO session has ended; log in with: aws sso login',
  ],
  [
    /ENOENT|no such file/i,
    'a file with AWS credentials is missing; correct AWS_WEB_IDENTITY_TOKEN_FILE or the file that is named',
  ],
  [
    /169\.254\.|metadata|ECONNREFUSED|EHOSTUNREACH|ETIMEDOUT|timeout/i,
    'the machine’s metadata service, which has its AWS role, does not answer; give the machine a role, or set AWS_PROFILE',
  ],
  [
    /profile/i,
    'the AWS profile cannot be used; correct AWS_PROFILE and the files ~/.aws/config and ~/.aws/credentials',
  ],
  [/expired/i, 'the bot’s AWS credentials have expired; renew them'],
]

const REASON_LENGTH = 300

/** Null where the credentials were found. The SDK's message names no value. */
function credentialsProblem({ name, message, code }: Seen, profile: string | undefined): string | null {
  if (
    code !== 'ENOENT' &&
    !['CredentialsProviderError', 'TokenProviderError', 'ProviderError', 'ParseError'].includes(name)
  )
    return null
  const reason = message.replaceAll(/\s+/g, ' ').slice(0, REASON_LENGTH)
  if (/could not load credentials from any providers/i.test(message))
    return profile
      ? `no AWS credentials were found: the profile ${profile} gives none; correct AWS_PROFILE, or the profile in ~/.aws/config and ~/.aws/credentials`
      : 'no AWS credentials were found, and no metadata service answers with a role; give the bot a role or a key'
  const [, words] = SOURCES.find(([pattern]) => pattern.test(message)) ?? []
  return `${words ?? 'AWS credentials could not be loaded; check the bot’s role or key'} (AWS says: ${reason})`
}

/** Why a call failed and what to do, as the rest of a sentence. */
export function describeFailure(error: unknown): string {
  const { name, message, code, status } = look(error)
  const credentials = credentialsProblem(look(error), process.env.AWS_PROFILE)
  if (credentials !== null) return credentials
  const known = SENTENCES[name]
  if (known) return known
  // The SDK also calls a broken connection a TimeoutError; the code is more precise.
  if (status === null && (code !== null || name === 'TimeoutError'))
    return `AWS cannot be reached (${code ?? 'no answer in time'}); check the network and AWS_REGION, then try again`
  if (status !== null && status >= 500) return `AWS failed (HTTP ${status}); try again in a few minutes`
  return `AWS says: ${errorText(message)}`
}

export const isThrottling = (error: unknown): boolean => THROTTLED.includes(look(error).name)

/** AWS names no time; its quotas are by the second, and others in the account use them too. */
const THROTTLED_MS = 10_000

/** A limit where AWS is throttling; else null. */
export const awsLimit = (error: unknown): RateLimit | null =>
  isThrottling(error) ? { system: 'AWS', ms: THROTTLED_MS } : null

/** Whether AWS as a whole did not answer, so that other calls would fail too. */
export function isOutage(error: unknown): boolean {
  const { status } = look(error)
  return isThrottling(error) || status === null || status >= 500
}

/** Whether AWS understood and refused. */
export const isRefusal = (error: unknown): boolean => REFUSALS.includes(look(error).name)
