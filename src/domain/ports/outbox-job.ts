import type { RunKind } from '#domain/rotation/rotation'
import type { LogEntry, LogEvent } from '#domain/rotation/rotation-log'
import type { RichDocument } from './document.ts'

/** Jobs by kind. A payload holds everything that the handler cannot read from state. */
export interface JobPayloads {
  /** Post or update the rotation's card. */
  card: Record<string, never>
  'thread-message': { text: string; blocks: object[] | null; eventType: string; broadcast: boolean }
  /** The completion notice in the channel. */
  notice: Record<string, never>
  /** A test message that shows that notices arrive, before the first real one. */
  'test-notice': Record<string, never>
  /** A row in `rotation-log.md`. */
  'log-entry': LogEntry
  /** Start a workflow in the CI. */
  'workflow-dispatch': { run: RunKind; attempt: number }
  /** Ask the secrets manager to rotate one secret. */
  'secret-rotation': { attempt: number; secret: string; versionId: string }
  /** Post or update the message in the thread with a run's progress. */
  'run-progress': { run: RunKind; attempt: number }
  'inventory-export': { filename: string; csv: string; tokens: number }
  page: { escalation: number; action: 'trigger' | 'acknowledge' | 'resolve' }
  /** Post or update the message that calls on-call. */
  escalation: { escalation: number }
  /** Publish a person's App Home. */
  home: { userId: string }
  /** Upload a picture, unless it is outdated. */
  picture: { name: string; digest: string }
  'registry-proposal': {
    text: string
    /** SHA-256 of the file that it was compared with; null when there was none. */
    basedOn: string | null
    title: string
    body: RichDocument
  }
  /** A report in the ticket, as things were when it was enqueued. */
  'ticket-comment': { event: LogEvent; document: RichDocument }
  /** A channel message with the reminders claimed for it. */
  reminder: Record<string, never>
  /** One person's part of the reminders; `message` is the key of the channel's job. */
  'reminder-to-owner': { user: string; message: string }
  /** A channel message about no rotation, or several. */
  'channel-message': { text: string; blocks: object[]; eventType: string }
  'direct-message': { user: string; text: string; blocks: object[]; eventType: string }
}

export type JobKind = keyof JobPayloads

/** Kinds without a rotation. */
export const KINDS_WITHOUT_ROTATION = [
  'registry-proposal',
  'home',
  'picture',
  'reminder',
  'reminder-to-owner',
  'channel-message',
] as const satisfies JobKind[]

/** Kinds with or without a rotation: on-call is also paged for tokens outside rotations. */
export const KINDS_WITH_OPTIONAL_ROTATION = [
  'page',
  'escalation',
  'direct-message',
] as const satisfies JobKind[]

/** The rotation of a job of this kind. */
export type JobRotation<Kind extends JobKind> = Kind extends (typeof KINDS_WITHOUT_ROTATION)[number]
  ? null
  : Kind extends (typeof KINDS_WITH_OPTIONAL_ROTATION)[number]
    ? number | null
    : number

/** One outside action that a committed change needs; done at least once, safe to repeat. */
export type NewJob = {
  [Kind in JobKind]: {
    kind: Kind
    /** Unique; enqueueing the same key again does nothing. */
    key: string
    rotationId: JobRotation<Kind>
    /** Jobs with one ordering key run in order. */
    orderingKey: string
    /** Of several waiting jobs with one key, only the newest runs. */
    collapseKey: string | null
    payload: JobPayloads[Kind]
  }
}[JobKind]
