import { type Problem, problemLine } from './blocks/validate.ts'

/** An error answer `{ ok: false, error }` with Slack's code. */
export class SlackError extends Error {
  readonly code: string
  /** Lines for `response_metadata.messages`. */
  readonly lines: string[]
  readonly extra: Record<string, unknown>

  constructor(code: string, lines: string[] = [], extra: Record<string, unknown> = {}) {
    super(lines.length > 0 ? `${code}: ${lines.join('; ')}` : code)
    this.code = code
    this.lines = lines
    this.extra = extra
  }
}

export const invalidArguments = (...messages: string[]): SlackError =>
  new SlackError(
    'invalid_arguments',
    messages.map((message) => `[ERROR] ${message}`),
  )

export const invalidBlocks = (problems: Problem[]): SlackError =>
  new SlackError('invalid_blocks', problems.map(problemLine), {
    errors: problems.map(({ message, pointer }) => `${message} [json-pointer:${pointer}]`),
  })

export const invalidView = (problems: Problem[]): SlackError =>
  new SlackError('invalid_arguments', [
    '[ERROR] failed to match all allowed schemas [json-pointer:/view]',
    ...problems.map(problemLine),
  ])
