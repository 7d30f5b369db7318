import type { Instant, RunKind } from '#domain/rotation/rotation'
import type { LogEntry } from '#domain/rotation/rotation-log'
import type { RunObservation } from '#domain/rotation/runs'
import type { RegisteredToken } from '#domain/tokens/registry'
import type { RichDocument } from './document.ts'

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
  /** The registry's tokens. Throws `RegistryWrong` when it is missing or malformed, else `NotReadable`. */
  readRegistry(): Promise<RegisteredToken[]>
  /** The registry's file as it is, or null when there is none. Throws `NotReadable`. */
  readRegistryText(): Promise<string | null>
  /** The open pull request that proposes exactly this registry, or null. Throws `NotReadable`. */
  findRegistryProposal(text: string): Promise<{ url: string } | null>
  /** Proposes a registry as a pull request, unless that is open. Throws `NotReadable`. */
  proposeRegistry(text: string, words: { title: string; body: RichDocument }): Promise<{ url: string }>
  /** The rotation log, or null when there is none yet. Throws `NotReadable`. */
  readLog(): Promise<LogFile | null>
  /** Appends an entry and commits; does nothing when the entry is there. Throws `NotReadable`. */
  appendToLog(entry: LogEntry): Promise<LogCommit>
}

/** A message of the bot's as it stands in the channel, read back. */
export interface NoticeSeen {
  /** Whether the bot itself is its author. */
  byBot: boolean
  /** From its metadata; null when it carries none. */
  eventType: string | null
  /** The rotation's label in its metadata. */
  rotation: string | null
  /** Where a person reads it. */
  url: string | null
}

/** The port to the channel that completion notices go to. */
export interface NoticeChannel {
  /** Why the bot can post nothing there now, as a sentence; null when it can. Throws `NotReadable`. */
  findObstacle(): Promise<string | null>
  /** The message with this time in the channel, or null when it is not (or no longer) there. Throws `NotReadable`. */
  readNotice(ts: string): Promise<NoticeSeen | null>
}

/** The newest completion notice of all, as owed and as found. */
export interface LastNotice {
  /** The rotation that it tells of. */
  rotation: string
  /** Why it is not posted yet, when it is not. */
  waiting: string | null
  /** Null when it is not in the channel. */
  seen: NoticeSeen | null
}

/** A test notice of this rotation, read back after it was posted. */
export interface TestNotice {
  /** Whether it was posted in time. */
  posted: boolean
  /** How often one was posted in this rotation. */
  attempts: number
  /** Null when it is not in the channel. */
  seen: NoticeSeen | null
}

/** A workflow as the CI has it now. */
export interface WorkflowSeen {
  /** The CI's own word, such as `active` or `disabled_inactivity`. */
  state: string
  /** Where a person reads the workflow. */
  url: string
  /** Of the runs that have ended, whoever began them, the one that ended last; null when there is none. */
  lastCompleted: RunObservation | null
  /** The newest run that has not ended; null when none is under way. */
  underWay: RunObservation | null
}

export interface WorkflowReading {
  /** The workflow's file, such as `agents-rotate-tokens.yml`. */
  file: string
  /** Where the file belongs, in words. */
  place: string
  /** Null when the place can be seen and the file is not there. */
  workflow: WorkflowSeen | null
}

/** The ticket that rotations are reported to. */
export interface Ticket {
  /** As people call it, such as `#12` or `OPS-7`. */
  name: string
  /** Where a person reads it. */
  url: string
  open: boolean
}

/** What one rotation's report came to in the ticket; a long one is several comments. */
export interface TicketComment {
  /** Where a person reads the first of them. */
  url: string
  /** Every address that they link. */
  links: string[]
}

/** The port to the system that holds the ticket. Every method throws `NotReadable`. */
export interface Tickets {
  /** The ticket as it is now, or null when there is none. */
  find(): Promise<Ticket | null>
  /**
   * Writes a document as one comment, or several when it is long, unless they are there already.
   *
   * @param mark stands in the comment and makes it unlike every other
   */
  comment(mark: string, document: RichDocument): Promise<TicketComment>
  /** What was written under a mark as it stands there now; null when it, or a part of it, is not there. */
  readComment(mark: string): Promise<TicketComment | null>
}

/** The port to the CI that carries out the workflows. */
export interface Ci {
  /** The workflow itself, with its newest runs on the branch. Throws `NotReadable`, also when its place cannot be seen. */
  readWorkflow(kind: RunKind): Promise<WorkflowReading>
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
