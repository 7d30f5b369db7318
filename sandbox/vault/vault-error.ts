/** What an error's answer holds besides, or instead of, its lines. */
interface Extra {
  /** Seconds, for the header. */
  retryAfter?: number
  /** The answer has the form of a success, with only its status to tell. */
  envelope?: { data?: object; warnings?: string[] }
  /** The answer has no body at all. */
  isEmpty?: true
}

/** An answer of Vault's that is an error: the status and the lines of `errors`, which may be none. */
export class VaultError extends Error {
  readonly status: number
  readonly errors: readonly string[]
  readonly extra: Extra

  constructor(status: number, errors: readonly string[], extra: Extra = {}) {
    super(errors.join('; '))
    this.name = 'VaultError'
    this.status = status
    this.errors = errors
    this.extra = extra
  }
}

/** How Vault's Go code writes several errors as one text. */
export const listed = (...errors: string[]) =>
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
/** What is deleted or destroyed is 404 like what is not there, but with its metadata. */
export const deletedVersion = (data: object) => new VaultError(404, [], { envelope: { data } })
export const warned = (status: number, warning: string) =>
  new VaultError(status, [], { envelope: { warnings: [warning] } })
export const emptyNotFound = () => new VaultError(404, [], { isEmpty: true })
