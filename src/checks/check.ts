import type {
  LastNotice,
  LogFile,
  Telemetry,
  TestNotice,
  Ticket,
  TicketComment,
  WorkflowReading,
} from '#domain/ports/systems'
import type { TelemetryQuery } from '#domain/ports/telemetry'
import type { Revocation } from '#domain/revocations/revocation'
import type { CheckDefinition } from '#domain/rotation/checks'
import type { RotationEvent } from '#domain/rotation/events'
import type {
  CheckState,
  Evidence,
  Instant,
  Rotation,
  RotationToken,
  RunKind,
} from '#domain/rotation/rotation'
import type { LogEntry } from '#domain/rotation/rotation-log'
import type { RunObservation } from '#domain/rotation/runs'
import type { RegisteredToken } from '#domain/tokens/registry'
import type { SecretReading } from '#domain/tokens/secret'

/** What a check may look at. The readings are shared: each secret is read once for all checks of a step. */
export interface CheckInput {
  rotation: Rotation
  now: Instant
  /** How far beyond the cadence an expiry may lie, in days. */
  expiryGraceDays: number
  /** Days after which tokens are rotated again. */
  cadenceDays: number
  /** The workflow of a kind of run, with its newest runs. Throws `NotReadable`. */
  readWorkflow(kind: RunKind): Promise<WorkflowReading>
  /** Why the bot can post no notice in the channel now, a sentence; null when it can. Throws `NotReadable`. */
  findNoticeObstacle(): Promise<string | null>
  /** The newest completion notice of any rotation, read back; null when none was ever owed. Throws `NotReadable`. */
  readLastNotice(): Promise<LastNotice | null>
  /** Posts a test notice, unless one of this rotation is there, and reads it back. Throws `NotReadable`. */
  proveTestNotice(): Promise<TestNotice>
  /** Reads the secrets of the tokens in scope; one that cannot be read does not stop the others. */
  readScope(): Promise<{ token: RotationToken; reading: SecretReading }[]>
  /** The versions that this rotation replaced, as kept in mind; the scope is read first, so that they are up to date. */
  readRevocations(): Promise<Revocation[]>
  /** Reads every secret in the secrets manager. Throws `NotReadable` when the list cannot be had. */
  readAll(): Promise<SecretReading[]>
  /** Reads secrets by name, such as those that the list leaves out. */
  readOthers(names: string[]): Promise<SecretReading[]>
  /** The registry as it is now. Throws `RegistryWrong` when it is missing or malformed, else `NotReadable`. */
  readRegistry(): Promise<RegisteredToken[]>
  /** Uploads the token list, once for each state of it; the file's address, or null when it is not there in time. */
  exportInventory(readings: SecretReading[]): Promise<string | null>
  /** The rotation log, or null when there is none. Throws `NotReadable`. */
  readLog(): Promise<LogFile | null>
  /**
   * The ticket, or null when there is none; and the newest report that this rotation owes it, as it stands there, or null
   * when it is not there. Throws `NotReadable`.
   */
  readTicket(): Promise<{ ticket: Ticket | null; comment: TicketComment | null; delivery: Delivery }>
  /** A run as the CI shows it now, or null when it is gone. Throws `NotReadable`. */
  readRun(runId: number): Promise<RunObservation | null>
  /** Null when none is connected. */
  telemetry: Telemetry | null
  telemetryQueries: readonly TelemetryQuery[]
  /** Every entry that this rotation owes the log, in order, whether it is committed or not. */
  readPendingEntries(): Promise<LogEntry[]>
  /** The bot's whole history, in order. */
  readHistory(): Promise<RotationEvent[]>
}

/** Whether what a rotation owes was delivered; `none`: it owes nothing. */
export type Delivery = 'none' | 'waiting' | 'done'

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
