/** An error answer of Secrets Manager: code, message and HTTP status. */
export class AwsError extends Error {
  readonly code: string
  readonly status: number

  constructor(code: string, message: string, status = 400) {
    super(message)
    this.name = 'AwsError'
    this.code = code
    this.status = status
  }
}

export const invalidParameter = (message: string) => new AwsError('InvalidParameterException', message)
export const invalidRequest = (message: string) => new AwsError('InvalidRequestException', message)
export const resourceExists = (message: string) => new AwsError('ResourceExistsException', message)
export const notFound = (message: string) => new AwsError('ResourceNotFoundException', message)
export const secretNotFound = () => notFound("Secrets Manager can't find the specified secret.")
export const markedForDeletion = () =>
  invalidRequest("You can't perform this operation on the secret because it was marked for deletion.")
