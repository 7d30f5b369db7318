interface Extra {
  /** Seconds, for the header. */
  retryAfter?: number
  /** The answer looks like a success, apart from its status. */
  envelope?: { data?: object; warnings?: string[] }
  isEmpty?: true
}

/** An error answer of Vault: status and `errors`, which may be empty. */
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

/** Go's format for several errors in one text. */
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
/** Deleted and destroyed versions are 404 with metadata. */
export const deletedVersion = (data: object) => new VaultError(404, [], { envelope: { data } })
export const warned = (status: number, warning: string) =>
  new VaultError(status, [], { envelope: { warnings: [warning] } })
export const emptyNotFound = () => new VaultError(404, [], { isEmpty: true })
