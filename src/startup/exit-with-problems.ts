import { ConfigProblem } from '#config/config'
import { redact } from '#redaction/error-text'
import { EXIT_CONFIG, EXIT_FAILED } from './exit-codes.ts'

interface Failure {
  problems: readonly string[]
  exitCode: number
}

/** Ends the process. All problems are written to stderr together, below the headline. */
export function exitWithProblems(headline: string, { problems, exitCode }: Failure): never {
  process.stderr.write(redact(`${headline}:\n${problems.map((problem) => `  - ${problem}\n`).join('')}`))
  process.exit(exitCode)
}

/** The problems and the exit code of an error. @param describe words every error but `ConfigProblem` */
export function failureOf(error: unknown, describe: (error: unknown) => string = String): Failure {
  return error instanceof ConfigProblem
    ? { problems: error.problems, exitCode: EXIT_CONFIG }
    : { problems: [describe(error)], exitCode: EXIT_FAILED }
}
