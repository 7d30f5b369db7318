import type { RegisteredToken } from './registry.ts'
import type { Instant, RunKind } from './rotation.ts'
import type { LogEntry } from './rotation-log.ts'
import type { RunObservation } from './runs.ts'

/** The port to the repository that holds the registry and the rotation log. */
export interface Repository {
  /** The registry's tokens. Throws `NotReadable` when it is missing, malformed or out of reach. */
  readRegistry(): Promise<RegisteredToken[]>
  /** The rotation log's text, or null when there is none yet. Throws `NotReadable`. */
  readLog(): Promise<string | null>
  /** Appends an entry and commits; does nothing when the entry is there. Returns the commit, if one was made. */
  appendToLog(entry: LogEntry): Promise<{ commitUrl: string | null }>
  /** Where a person reads the log. */
  logUrl(): string
}

/** The port to the CI that carries out the workflows. */
export interface Ci {
  /**
   * Starts a workflow whose run's title will carry the mark.
   *
   * @param inputs as the workflow declares them
   */
  dispatch(kind: RunKind, inputs: Record<string, string>): Promise<void>
  /** The newest run since `since` whose title carries the mark, or null when there is none (yet). */
  findRun(kind: RunKind, mark: string, since: Instant): Promise<RunObservation | null>
}
