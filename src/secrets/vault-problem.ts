import { CallFailed, type CallFailure } from '#domain/ports/call-failed'
import { errorText } from '#redaction/error-text'

/** Vault answered with an error, or not at all. */
export class VaultProblem extends CallFailed {
  readonly status: number | null
  readonly errors: readonly string[]

  constructor(status: number | null, errors: readonly string[], failure?: CallFailure) {
    super(errors.join('; ') || `HTTP ${status}`, failure)
    this.name = 'VaultProblem'
    this.status = status
    this.errors = errors
  }
}

/** No token could be obtained; `message` says why and what to do. */
export class LoginProblem extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'LoginProblem'
  }
}

const SENTENCES: Readonly<Record<number, string>> = {
  403: 'access denied; the bot’s Vault policy must allow it (docs/vault-policy.hcl), in the mount of secrets.mount',
  404: 'the secret does not exist; create it, or correct its name in the registry',
  412: 'this Vault node is behind the others; wait a minute, then try again',
  429: 'Vault is throttling; wait a minute, then try again',
  // A node's states, as in sys/health; load balancers return them too.
  472: 'this Vault is a disaster recovery standby, which does not answer; set VAULT_ADDR to the active one',
  473: 'this Vault node is a standby that does not answer; set VAULT_ADDR to the active one',
}

const saysAny = (problem: VaultProblem, words: RegExp): boolean =>
  problem.errors.some((line) => words.test(line))

/** Why a call failed and what to do, as the rest of a sentence. */
export function describeFailure(error: unknown): string {
  if (error instanceof LoginProblem) return error.message
  if (!(error instanceof VaultProblem)) return `Vault: ${errorText(error)}`
  const { status, message } = error
  if (status === null)
    return `Vault cannot be reached (${message}); check the network and VAULT_ADDR, then try again`
  if (saysAny(error, /no handler for route/))
    return 'Vault has nothing mounted there; correct secrets.mount, or VAULT_NAMESPACE'
  if (saysAny(error, /^token expired$/))
    return 'the bot’s Vault token has expired; set a new VAULT_TOKEN, or log in by AppRole'
  if (saysAny(error, /^token unknown$/))
    return 'Vault does not know the bot’s token in this namespace, or does not let it look itself up; set a valid VAULT_TOKEN, and the right VAULT_NAMESPACE'
  if (isDeadToken(error))
    return 'Vault does not know the token, or it has expired; set a valid VAULT_TOKEN, or log in by AppRole'
  if (saysAny(error, /sealed/i)) return 'Vault is sealed; unseal it, then try again'
  const known = SENTENCES[status]
  if (known) return known
  if (status >= 500) return `Vault failed (HTTP ${status}); try again in a few minutes`
  return `Vault says: ${message}`
}

export const isThrottling = (error: unknown): boolean => error instanceof VaultProblem && error.status === 429

/** Whether Vault as a whole did not answer, so that other calls would fail too. */
export const isOutage = (error: unknown): boolean =>
  error instanceof VaultProblem && (error.status === null || error.status === 429 || error.status >= 412)

/** Whether the token is refused, not the path. */
export const isDeadToken = (error: unknown): boolean =>
  error instanceof VaultProblem &&
  error.status === 403 &&
  saysAny(error, /invalid token|^token (expired|unknown)$/)
