import type { CheckDefinition } from '#rotation/checks'
import type { RotationEvent } from '#rotation/events'
import type { SecretReading } from '#rotation/inventory'
import type { LogFile, Telemetry } from '#rotation/ports'
import type { CheckState, Evidence, Instant, Rotation, RotationToken } from '#rotation/rotation'
import type { RunObservation } from '#rotation/runs'
import type { TelemetryQuery } from '#rotation/telemetry'

/** What a check may look at. The readings are shared: each secret is read once for all checks of a step. */
export interface CheckInput {
  rotation: Rotation
  now: Instant
  /** How far beyond the cadence an expiry may lie, in days. */
  expiryGraceDays: number
  /** Reads the secrets of the tokens in scope; one that cannot be read does not stop the others. */
  readScope(): Promise<{ token: RotationToken; reading: SecretReading }[]>
  /** Reads every secret in the secrets manager. Throws `NotReadable` when the list cannot be had. */
  readAll(): Promise<SecretReading[]>
  /** Uploads the token list, once for each state of it; the file's address, or null when it is not there in time. */
  exportInventory(readings: SecretReading[]): Promise<string | null>
  /** The rotation log, or null when there is none. Throws `NotReadable`. */
  readLog(): Promise<LogFile | null>
  /** A run as the CI shows it now, or null when it is gone. Throws `NotReadable`. */
  readRun(runId: number): Promise<RunObservation | null>
  /** Null when none is connected. */
  telemetry: Telemetry | null
  telemetryQueries: readonly TelemetryQuery[]
  /** The bot's whole history, in order. */
  readHistory(): Promise<RotationEvent[]>
}

export interface Verdict {
  state: CheckState
  /** What was seen, one sentence. */
  sentence: string
  /** What to do next; absent when it passed. */
  advice?: string
  evidence?: Evidence[]
}

/** What a machine verifies in a step. Throws `NotReadable` when it cannot tell; that is kept as `unknown`. */
export interface Check extends CheckDefinition {
  run(input: CheckInput): Promise<Verdict>
}

export const passed = (sentence: string, evidence: Evidence[] = []): Verdict => ({
  state: 'passed',
  sentence,
  evidence,
})

export const failed = (sentence: string, advice: string, evidence: Evidence[] = []): Verdict => ({
  state: 'failed',
  sentence,
  advice,
  evidence,
})

export const unknown = (sentence: string, advice: string): Verdict => ({ state: 'unknown', sentence, advice })
