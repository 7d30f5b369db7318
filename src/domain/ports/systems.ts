import type { Instant, RunKind } from '#domain/rotation/rotation'
import type { LogEntry } from '#domain/rotation/rotation-log'
import type { RunObservation } from '#domain/rotation/runs'
import type { RegisteredToken } from '#domain/tokens/registry'
import type { RichDocument } from './document.ts'

export interface LogFile {
  text: string
  /** For people. */
  url: string
}

export interface LogCommit {
  /** For people. */
  fileUrl: string
  /** For people; null when the entry already existed. */
  commitUrl: string | null
}

/** The port to the repository with the registry and the rotation log. */
export interface Repository {
  /** Throws `RegistryWrong` when it is missing or malformed, else `NotReadable`. */
  readRegistry(): Promise<RegisteredToken[]>
  /** Null when there is no file. Throws `NotReadable`. */
  readRegistryText(): Promise<string | null>
  /** The open pull request with exactly this registry, or null. Throws `NotReadable`. */
  findRegistryProposal(text: string): Promise<{ url: string } | null>
  /** Opens a pull request with a registry, unless there is one. Throws `NotReadable`. */
  proposeRegistry(text: string, words: { title: string; body: RichDocument }): Promise<{ url: string }>
  /** Null when there is none yet. Throws `NotReadable`. */
  readLog(): Promise<LogFile | null>
  /** Appends an entry and commits, unless the entry exists. Throws `NotReadable`. */
  appendToLog(entry: LogEntry): Promise<LogCommit>
}

/** A message of the bot, read back from the channel. */
export interface NoticeSeen {
  byBot: boolean
  /** From the message's metadata; null when it has none. */
  eventType: string | null
  rotation: string | null
  /** For people. */
  url: string | null
}

/** The port to the channel with completion notices. */
export interface NoticeChannel {
  /** Why the bot cannot post there, a sentence; null when it can. Throws `NotReadable`. */
  findObstacle(): Promise<string | null>
  /** Null when the message is not in the channel. Throws `NotReadable`. */
  readNotice(ts: string): Promise<NoticeSeen | null>
}

/** The newest completion notice of any rotation. */
export interface LastNotice {
  rotation: string
  /** Why it is not posted yet; null when it is. */
  waiting: string | null
  /** Null when it is not in the channel. */
  seen: NoticeSeen | null
}

/** A test notice of this rotation, read back after posting. */
export interface TestNotice {
  posted: boolean
  attempts: number
  /** Null when it is not in the channel. */
  seen: NoticeSeen | null
}

export interface WorkflowSeen {
  /** The CI's state, such as `active` or `disabled_inactivity`. */
  state: string
  /** For people. */
  url: string
  /** The run that finished last, whoever started it; null when there is none. */
  lastCompleted: RunObservation | null
  /** The newest unfinished run; null when there is none. */
  underWay: RunObservation | null
}

export interface WorkflowReading {
  /** Such as `agents-rotate-tokens.yml`. */
  file: string
  /** Where the file belongs, in words. */
  place: string
  /** Null when the place is readable and has no such file. */
  workflow: WorkflowSeen | null
}

/** The ticket for rotation reports. */
export interface Ticket {
  /** Such as `#12` or `OPS-7`. */
  name: string
  /** For people. */
  url: string
  open: boolean
}

/** A rotation's report in the ticket; a long one is several comments. */
export interface TicketComment {
  /** Of the first comment, for people. */
  url: string
  /** All linked addresses. */
  links: string[]
}

/** The port to the ticket system. Every method throws `NotReadable`. */
export interface Tickets {
  /** Null when there is no such ticket. */
  find(): Promise<Ticket | null>
  /**
   * Writes a document as one or more comments, unless they exist.
   *
   * @param mark unique text in the comment
   */
  comment(mark: string, document: RichDocument): Promise<TicketComment>
  /** The comment with a mark; null when any part of it is missing. */
  readComment(mark: string): Promise<TicketComment | null>
}

/** The port to the CI. */
export interface Ci {
  /**
   * The workflow with its newest runs on the branch. Throws `NotReadable`, also when its place cannot be
   * read.
   */
  readWorkflow(kind: RunKind): Promise<WorkflowReading>
  /** Starts a workflow; its run's title will contain the mark. */
  dispatch(kind: RunKind, inputs: Record<string, string>): Promise<void>
  /** The newest run since `since` with the mark in its title; null when there is none (yet). */
  findRun(kind: RunKind, mark: string, since: Instant): Promise<RunObservation | null>
  /** Null when the run no longer exists. Throws `NotReadable`. */
  readRun(runId: number): Promise<RunObservation | null>
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
  /** The query's graph, for people; makes no request. */
  graphUrl(promql: string, at: Instant): string
}
