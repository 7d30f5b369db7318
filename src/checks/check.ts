import type {
  DeploymentSeen,
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
import type { RecordGap } from '#domain/rotation/compare-records'
import type { DeclaredGap } from '#domain/rotation/declared-gap'
import type { Environment } from '#domain/rotation/environments'
import type { ChainHead } from '#domain/rotation/event-chain'
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

/** What a check may read. Readings are shared: each secret is read once for all checks of a step. */
export interface CheckInput {
  rotation: Rotation
  now: Instant
  /** Days that an expiry may lie beyond the cadence. */
  expiryGraceDays: number
  /** The rotation interval, in days. */
  cadenceDays: number
  /** The rotation workflow with its newest runs. Throws `NotReadable`. */
  readWorkflow(kind: RunKind): Promise<WorkflowReading>
  /** Why the bot cannot post notices, a sentence; null when it can. Throws `NotReadable`. */
  findNoticeObstacle(): Promise<string | null>
  /**
   * The newest completion notice of any rotation, read back; null when there was none. Throws `NotReadable`.
   */
  readLastNotice(): Promise<LastNotice | null>
  /** Posts a test notice, unless this rotation has one, and reads it back. Throws `NotReadable`. */
  proveTestNotice(): Promise<TestNotice>
  /** Reads the secrets in scope; one that cannot be read does not stop the others. */
  readScope(): Promise<{ token: RotationToken; reading: SecretReading }[]>
  /** The tracked versions of this rotation. Reads the scope first, so that they are up to date. */
  readRevocations(): Promise<Revocation[]>
  /** Reads every secret. Throws `NotReadable` when the list cannot be read. */
  readAll(): Promise<SecretReading[]>
  /** Reads secrets by name, such as those missing from the list. */
  readOthers(names: string[]): Promise<SecretReading[]>
  /** Throws `RegistryWrong` when it is missing or malformed, else `NotReadable`. */
  readRegistry(): Promise<RegisteredToken[]>
  /** Uploads the token list, once per content. Returns the file's address; null when not uploaded in time. */
  exportInventory(readings: SecretReading[]): Promise<string | null>
  /** Null when there is no log. Throws `NotReadable`. */
  readLog(): Promise<LogFile | null>
  /**
   * The ticket, or null; and this rotation's newest report there, or null. Throws `NotReadable`.
   */
  readTicket(): Promise<{ ticket: Ticket | null; comment: TicketComment | null; delivery: Delivery }>
  /** Null when the run no longer exists. Throws `NotReadable`. */
  readRun(runId: number): Promise<RunObservation | null>
  /** The deployments to an environment that count, as the CI recorded them. */
  readDeployments(
    environment: Environment,
  ): Promise<{ deployments: DeploymentSeen[]; problem: string | null }>
  telemetry: Telemetry | null
  telemetryQueries: readonly TelemetryQuery[]
  /** All log entries of this rotation in order, committed or not. */
  readPendingEntries(): Promise<LogEntry[]>
  /** The gap that was declared when the database was restored, and a gap that is not declared yet. */
  readGaps(): Promise<{ declared: DeclaredGap | null; open: RecordGap | null }>
  /** This rotation's part of the history, in order. */
  readHistory(): Promise<RotationEvent[]>
  /** What is wrong with the bot's history, as far as it was not verified before, and beside heads recorded elsewhere; or null. */
  findHistoryProblem(witnesses: readonly ChainHead[]): Promise<string | null>
}

/** Whether the report was delivered; `none`: there is none to deliver. */
export type Delivery = 'none' | 'waiting' | 'done'

export interface Verdict {
  state: CheckState
  /** What was seen, one sentence. */
  sentence: string
  /** What to do next. Absent when passed, except by inference: then what a person must still look at. */
  advice?: string
  evidence?: Evidence[]
}

/** What a machine verifies in each environment; its id is that of the family and the environment, `deployed:staging`. */
export interface EnvironmentCheck extends Pick<CheckDefinition, 'how' | 'backs' | 'partly' | 'guards'> {
  /** Id of the family. */
  id: string
  /** Where it belongs; where left out, step 4 or the promotion, by the environment. */
  step?: CheckDefinition['step']
  title(environment: string): string
  /** Whether there is such a check for an environment. */
  concerns(environment: Environment): boolean
  run(input: CheckInput, environment: Environment): Promise<Verdict>
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

/** It cannot be judged before another check passes, which has the advice: one cause is one red line. */
export const waitsFor = (what: string, evidence: Evidence[] = []): Verdict => ({
  state: 'unknown',
  sentence: `Waiting for ${what}`,
  advice: '',
  evidence,
})

export const unknown = (sentence: string, advice: string): Verdict => ({ state: 'unknown', sentence, advice })
