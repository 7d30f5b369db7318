/** An error answer of Jira. */
export class JiraProblem extends Error {
  readonly status: number
  readonly messages: string[]
  readonly fields: Record<string, string>

  constructor(status: number, messages: string[], fields: Record<string, string> = {}) {
    super(messages.join(' '))
    this.status = status
    this.messages = messages
    this.fields = fields
  }
}
