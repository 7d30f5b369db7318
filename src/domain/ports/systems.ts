import type { CardSeen } from '#domain/rotation/compare-records'
import type { SeenComment } from '#domain/rotation/confirmation'
import type { Instant, RunKind } from '#domain/rotation/rotation'
import type { LogEntry } from '#domain/rotation/rotation-log'
import type { RunObservation } from '#domain/rotation/runs'
import type { RegisteredToken } from '#domain/tokens/registry'
import type { RichDocument } from './document.ts'

export interface LogFile {
  text: string
  url: string
}

export interface LogCommit {
  fileUrl: string
  /** For people; null when the entry already existed. */
  commitUrl: string | null
}

/** The port to the registry and the rotation log. Every method throws `NotReadable`. */
export interface Repository {
  /** Throws `RegistryWrong` when it is missing or malformed, else `NotReadable`. */
  readRegistry(): Promise<RegisteredToken[]>
  readRegistryText(): Promise<string | null>
  /** The open pull request with exactly this registry, or null. */
  findRegistryProposal(text: string): Promise<{ url: string } | null>
  /** Opens a pull request with a registry, unless there is one. */
  proposeRegistry(text: string, words: { title: string; body: RichDocument }): Promise<{ url: string }>
  readLog(): Promise<LogFile | null>
  /** Appends an entry and commits, unless the entry exists. */
  appendToLog(entry: LogEntry): Promise<LogCommit>
  /** The log's public key (PEM) beside the registry; null where there is none. */
  readPublicKey(): Promise<string | null>
}

/** A message of the bot, read back from the channel. */
export interface NoticeSeen {
  byBot: boolean
  eventType: string | null
  rotation: string | null
  url: string | null
}

/** The port to the channel with completion notices. Every method throws `NotReadable`. */
export interface NoticeChannel {
  /** Why the bot cannot post there, a sentence; null when it can. */
  findObstacle(): Promise<string | null>
  readNotice(ts: string): Promise<NoticeSeen | null>
  /** The bot's newest cards. */
  readCards(): Promise<CardSeen[]>
}

/** The newest completion notice of any rotation. */
export interface LastNotice {
  rotation: string
  /** Why it is not posted yet; null when it is. */
  waiting: string | null
  seen: NoticeSeen | null
}

/** A test notice of this rotation, read back after posting. */
export interface TestNotice {
  posted: boolean
  attempts: number
  seen: NoticeSeen | null
}

export interface WorkflowSeen {
  /** The CI's state, such as `active` or `disabled_inactivity`. */
  state: string
  url: string
  /** The run that finished last, whoever started it. */
  lastCompleted: RunObservation | null
  underWay: RunObservation | null
}

export interface WorkflowReading {
  file: string
  place: string
  /** Null when the place is readable and has no such file. */
  workflow: WorkflowSeen | null
}

/** The ticket for rotation reports. */
export interface Ticket {
  name: string
  url: string
  open: boolean
}

export interface TicketComment {
  url: string
  links: string[]
}

export interface TicketReport {
  ticket: Ticket | null
  comment: TicketComment | null
}

/** The port to the ticket system. Every method throws `NotReadable`. */
export interface Tickets {
  find(): Promise<Ticket | null>
  /**
   * Writes a document as one or more comments, unless they exist.
   * @param mark unique text in the comment
   * @param mayExist whether an earlier attempt may have written some of them
   */
  comment(mark: string, document: RichDocument, mayExist: boolean): Promise<TicketComment>
  /** The ticket, and its comment with a mark: null when any part of it is missing. */
  readReport(mark: string | null): Promise<TicketReport>
  /** Every comment since a time, oldest first; null where the tracker does not say who wrote it and whether it was edited. */
  readComments: ((since: Instant) => Promise<SeenComment[]>) | null
}

/** A run as the CI lists it, whoever started it. */
export interface ListedRun extends RunObservation {
  runId: number
  url: string
  runAttempt: number
  startedBy: string
  /** Of the configured workflows; null for any other. */
  kind: RunKind | null
  title: string
  branch: string | null
  /** What started it, such as `schedule` or `workflow_dispatch`. */
  event: string
  createdAt: Instant
  /** Of its inputs, where the CI shows them. */
  environment: string | null
}

/** A deployment as the CI recorded it; any job that names an environment makes one. */
export interface DeploymentSeen {
  id: number
  environment: string
  /** The run that made it; null when it names none. */
  runId: number | null
  /** The workflow's file, such as `release.yml`; null when it is unknown. */
  workflow: string | null
  url: string | null
  /** The CI's name of who started it. */
  startedBy: string
  /** When it was first in progress. */
  startedAt: Instant | null
  /** When it succeeded; null when it did not. */
  finishedAt: Instant | null
}

/** A failed job of a run, with the end of its log. */
export interface FailingJob {
  name: string
  url: string
  /** At most 20, oldest first, without credentials. */
  lines: string[]
}

/** The port to the CI. Every reading method throws `NotReadable`. */
export interface Ci {
  /** With the newest runs on the branch. Throws `NotReadable`, also when its place cannot be read. */
  readWorkflow(kind: RunKind): Promise<WorkflowReading>
  /**
   * Starts a workflow; its run's title will contain the mark. Throws `NotReadable`, whose `undone` says whether it certainly was
   * not started.
   *
   * @returns the run's id; null where the CI does not say it
   */
  dispatch(kind: RunKind, inputs: Record<string, string>): Promise<number | null>
  /** The newest run since `since` with the mark in its title; null when there is none (yet). */
  findRun(kind: RunKind, mark: string, since: Instant): Promise<RunObservation | null>
  readRun(runId: number): Promise<RunObservation | null>
  /**
   * All runs created since then, newest first, in one paged listing. The list may be minutes behind: a hint of what to read.
   */
  listRuns(since: Instant): Promise<ListedRun[]>
  /** The people and teams whose approval a run waits for. */
  readReviewers(runId: number): Promise<string[]>
  /** The first failed job of an attempt of a run. Throws `NotReadable`, also where there is none, or no log of it. */
  readFailingJob(runId: number, attempt: number): Promise<FailingJob>
  /** The deployments to an environment created since then, newest first. */
  listDeployments(environment: string, since: Instant): Promise<DeploymentSeen[]>
}

export interface Sample {
  labels: Record<string, string>
  value: number
}

export interface Measurement {
  samples: Sample[]
  /** The system's own words; with a warning, the answer may be incomplete. */
  warnings: string[]
}

/** The port to the telemetry. */
export interface Telemetry {
  /** Evaluates a PromQL query at a time. Throws `NotReadable`. */
  query(promql: string, at: Instant): Promise<Measurement>
  graphUrl(promql: string, at: Instant): string
}
