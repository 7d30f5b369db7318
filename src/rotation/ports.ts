import type { RegisteredToken } from './registry.ts'
import type { Instant, RunKind } from './rotation.ts'
import type { LogEntry } from './rotation-log.ts'
import type { RunObservation } from './runs.ts'

export interface LogFile {
  text: string
  /** Where a person reads it. */
  url: string
}

export interface LogCommit {
  /** Where a person reads the log. */
  fileUrl: string
  /** Where a person reads the commit; null when the entry was there already. */
  commitUrl: string | null
}

/** The port to the repository that holds the registry and the rotation log. */
export interface Repository {
  /** The registry's tokens. Throws `NotReadable` when it is missing, malformed or out of reach. */
  readRegistry(): Promise<RegisteredToken[]>
  /** The rotation log, or null when there is none yet. Throws `NotReadable`. */
  readLog(): Promise<LogFile | null>
  /** Appends an entry and commits; does nothing when the entry is there. Throws `NotReadable`. */
  appendToLog(entry: LogEntry): Promise<LogCommit>
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
  /** A run as the CI shows it now, or null when it is gone. Throws `NotReadable`. */
  readRun(runId: number): Promise<RunObservation | null>
}

/** One value of an answer, with the labels that tell it from others. */
export interface Sample {
  labels: Record<string, string>
  value: number
}

export interface Measurement {
  samples: Sample[]
  /** In the telemetry's own words; with one, the answer may lack a part. */
  warnings: string[]
}

/** The port to the telemetry. */
export interface Telemetry {
  /** The values of a PromQL query at a moment. Throws `NotReadable`. */
  query(promql: string, at: Instant): Promise<Measurement>
  /** Where a person looks at the same; no request is made. */
  graphUrl(promql: string, at: Instant): string
}
