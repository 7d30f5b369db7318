import type { LineSubject } from '#domain/rotation/line-subject'
import type { BreakGlass, RunKind } from '#domain/rotation/rotation'
import type { LogEntry, LogEvent } from '#domain/rotation/rotation-log'
import type { RichDocument } from './document.ts'

/** Jobs by kind. A payload holds everything that the handler cannot read from state. */
export interface JobPayloads {
  /** `replaces` is Slack's `ts` of a card that was deleted or can no longer be edited; `again`: edited whatever it is believed to show. */
  card: { replaces?: string; again?: true }
  'thread-message': { text: string; blocks: object[] | null; eventType: string; broadcast: boolean }
  /** The message in the channel that both roles have signed; `edit`: the one that is posted. */
  'approval-notice': { edit?: true }
  /** Asks for an acknowledgement in the thread; `edit`: the one of that round that is posted. */
  'break-glass': { request: BreakGlass; edit?: true }
  /** The completion notice in the channel. */
  notice: Record<string, never>
  /** A test message that shows that notices arrive, before the first real one. */
  'test-notice': Record<string, never>
  'log-entry': LogEntry
  'workflow-dispatch': { run: RunKind; attempt: number }
  'secret-rotation': { attempt: number; secret: string; versionId: string }
  /** A line of the thread that is edited as it goes on. */
  'thread-line': { subject: LineSubject }
  'inventory-export': { filename: string; csv: string; tokens: number }
  /** The record that is signed, and a page for people. */
  'sign-off-record': { name: string; digest: string; json: string; html: string }
  page: { escalation: number; action: 'trigger' | 'acknowledge' | 'resolve' }
  escalation: { escalation: number }
  home: { userId: string }
  picture: { name: string; digest: string }
  'registry-proposal': {
    text: string
    /** SHA-256 of the file that it was compared with; null when there was none. */
    basedOn: string | null
    title: string
    body: RichDocument
  }
  'ticket-comment': { event: LogEvent; document: RichDocument }
  reminder: Record<string, never>
  /** Edits posted reminders to what they say now. */
  'reminder-edits': Record<string, never>
  /** One person's part of the reminders; `message` is the key of the channel's job. */
  'reminder-to-owner': { user: string; message: string }
  'channel-message': { text: string; blocks: object[]; eventType: string }
  'direct-message': { user: string; text: string; blocks: object[]; eventType: string }
  /** Queues an edit once more, after an earlier one that may arrive late. */
  'edit-again': { edit: NewJob }
}

export type JobKind = keyof JobPayloads

export const KINDS_WITHOUT_ROTATION = [
  'registry-proposal',
  'home',
  'picture',
  'reminder',
  'reminder-edits',
  'reminder-to-owner',
  'channel-message',
] as const satisfies JobKind[]

/** Kinds with or without a rotation: on-call is also paged for tokens outside rotations, and a restored database is logged. */
export const KINDS_WITH_OPTIONAL_ROTATION = [
  'page',
  'escalation',
  'direct-message',
  'log-entry',
  'edit-again',
] as const satisfies JobKind[]

export type JobRotation<Kind extends JobKind> = Kind extends (typeof KINDS_WITHOUT_ROTATION)[number]
  ? null
  : Kind extends (typeof KINDS_WITH_OPTIONAL_ROTATION)[number]
    ? number | null
    : number

/** One action in another system that a committed change needs; done at least once, safe to repeat. */
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
    /** For so long the job waits for newer ones with its collapse key, in milliseconds. */
    waitMs?: number
    /** As `waitMs`, but the first after so long a pause runs at once. */
    gatherMs?: number
  }
}[JobKind]
