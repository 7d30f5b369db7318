const DOCUMENTATION = 'https://docs.github.com/rest'

/** One entry of a 422's `errors`. */
export interface FieldProblem {
  resource: string
  field: string
  code: string
  message?: string
}

/** An error answer of GitHub's REST API. */
export class GithubError extends Error {
  readonly status: number
  readonly problems: readonly FieldProblem[]

  constructor(status: number, message: string, problems: readonly FieldProblem[] = []) {
    super(message)
    this.name = 'GithubError'
    this.status = status
    this.problems = problems
  }
}

export const notFound = (message = 'Not Found') => new GithubError(404, message)
export const unprocessable = (message: string) => new GithubError(422, message)
export const validationFailed = (...problems: FieldProblem[]) =>
  new GithubError(422, 'Validation Failed', problems)
export const missingField = (field: string) =>
  unprocessable(`Invalid request.\n\n"${field}" wasn't supplied.`)

/** The body has the status a second time, as text. */
export function errorBody(error: GithubError): object {
  return {
    message: error.message,
    ...(error.problems.length > 0 && { errors: error.problems }),
    documentation_url: DOCUMENTATION,
    status: String(error.status),
  }
}
