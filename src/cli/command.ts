/** A command of `rotation`. */
export interface CliCommand {
  /** Says on stderr that it did not work, above the problems. */
  failed: string
  /** @returns the exit code. @throws ConfigProblem (78), errors of `parseArgs` (64), anything else (1) */
  run(args: string[]): Promise<number>
}
