interface ProblemOptions extends ErrorOptions {
  /** Whether a later start may succeed without a change of the setup. */
  passing?: boolean
}

/** The database cannot be used; `message` is a sentence for the person who starts the bot. */
export class DatabaseProblem extends Error {
  readonly passing: boolean

  constructor(message: string, { passing = false, ...options }: ProblemOptions = {}) {
    super(message, options)
    this.name = 'DatabaseProblem'
    this.passing = passing
  }
}
