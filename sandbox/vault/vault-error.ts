/** An answer of Vault's that is an error: the status and the lines of `errors`, which may be none. */
export class VaultError extends Error {
  readonly status: number
  readonly errors: readonly string[]
  /** What some errors carry besides: a deleted version's metadata, seconds to wait. */
  readonly extra: { data?: object; retryAfter?: number }

  constructor(status: number, errors: readonly string[], extra: { data?: object; retryAfter?: number } = {}) {
    super(errors.join('; '))
    this.name = 'VaultError'
    this.status = status
    this.errors = errors
    this.extra = extra
  }
}

/** How Vault's Go code writes several errors as one text. */
const listed = (...errors: string[]) =>
  `${errors.length} error${errors.length === 1 ? '' : 's'} occurred:\n${errors.map((error) => `\t* ${error}\n`).join('')}\n`

export const badRequest = (message: string) => new VaultError(400, [message])
export const notFound = () => new VaultError(404, [])
export const permissionDenied = () => new VaultError(403, [listed('permission denied')])
export const missingToken = () => new VaultError(403, ['permission denied'])
export const invalidToken = () => new VaultError(403, [listed('permission denied', 'invalid token')])
export const unsupportedPath = () => new VaultError(404, [listed('unsupported path')])
export const unsupportedOperation = () => new VaultError(405, [listed('unsupported operation')])
export const noHandler = (path: string) =>
  new VaultError(404, [`no handler for route "${path}". route entry not found.`])
