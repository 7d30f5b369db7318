/** What AWS's errors mean to the person who reads them, and what to do. */
const SENTENCES: Record<string, string> = {
  AccessDeniedException: 'access denied; the bot’s IAM policy must allow it (docs/aws-iam-policy.json)',
  ResourceNotFoundException: 'there is no such secret; create it, or correct its name in the registry',
  UnrecognizedClientException: 'AWS does not know the access key; check the bot’s credentials',
  InvalidSignatureException: 'AWS does not accept the signature; check the bot’s credentials and its clock',
  ExpiredTokenException: 'the bot’s AWS credentials have expired; renew them',
  CredentialsProviderError: 'no AWS credentials were found; give the bot a role or a key',
  ThrottlingException: 'AWS is throttling; wait a minute, then try again',
  TooManyRequestsException: 'AWS is throttling; wait a minute, then try again',
}

const THROTTLED = ['ThrottlingException', 'TooManyRequestsException']

/** Answers that would be the same tomorrow, until somebody mends the secret or the policy. */
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
  /** Node's code when the network failed, such as `ECONNREFUSED`. */
  code: string | null
  /** HTTP status; null when there was no answer. */
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
export function whyOf(error: unknown): string {
  const { name, message, code, status } = look(error)
  const known = SENTENCES[name]
  if (known) return known
  // The SDK calls it a TimeoutError when a connection breaks, too; the code says more where there is one.
  if (status === null && (code !== null || name === 'TimeoutError'))
    return `AWS cannot be reached (${code ?? 'no answer in time'}); check the network and AWS_REGION, then try again`
  if (status !== null && status >= 500)
    return `AWS has a problem of its own (HTTP ${status}); try again in some minutes`
  return `AWS says: ${message}`
}

/** Whether AWS was asked too often. */
export const isThrottling = (error: unknown): boolean => THROTTLED.includes(look(error).name)

/** Whether AWS as a whole did not answer, so that asking for something else would not help either. */
export function isOutage(error: unknown): boolean {
  const { status } = look(error)
  return isThrottling(error) || status === null || status >= 500
}

/** Whether AWS understood and said no. */
export const isRefusal = (error: unknown): boolean => REFUSALS.includes(look(error).name)
