import type { RateLimit } from '#domain/ports/call-failed'
import { errorText } from '#redaction/error-text'

const SENTENCES: Record<string, string> = {
  AccessDeniedException: 'access denied; the bot’s IAM policy must allow it (docs/aws-iam-policy.json)',
  ResourceNotFoundException: 'the secret does not exist; create it, or correct its name in the registry',
  UnrecognizedClientException: 'AWS does not know the access key; check the bot’s credentials',
  InvalidSignatureException: 'AWS does not accept the signature; check the bot’s credentials and its clock',
  ExpiredTokenException: 'the bot’s AWS credentials have expired; renew them',
  CredentialsProviderError: 'no AWS credentials were found; give the bot a role or a key',
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

/** Why a call failed and what to do, as the rest of a sentence. */
export function describeFailure(error: unknown): string {
  const { name, message, code, status } = look(error)
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
