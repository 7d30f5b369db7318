import type { RunKind } from '#domain/rotation/rotation'
import type { LogEntry, LogEvent } from '#domain/rotation/rotation-log'
import type { RichDocument } from './document.ts'

/** What the outside world may be owed, by kind. Payloads hold all that the handler cannot read from state. */
export interface JobPayloads {
  /** Post the rotation's card, or edit it to show the present state. */
  card: Record<string, never>
  /** A message in the card's thread. */
  'thread-message': { text: string; blocks: object[] | null; eventType: string; broadcast: boolean }
  /** The message in the channel that both roles have signed. */
  'approval-notice': Record<string, never>
  /** The completion notice in the channel. */
  notice: Record<string, never>
  /** A message in the channel that shows that notices arrive there, before there ever was a real one. */
  'test-notice': Record<string, never>
  /** A row in `rotation-log.md`. */
  'log-entry': LogEntry
  /** Start a workflow in the CI. */
  'workflow-dispatch': { run: RunKind; attempt: number }
  /** Ask the secrets manager to rotate one secret by itself. */
  'secret-rotation': { attempt: number; secret: string; versionId: string }
  /** The message in the thread that shows how far a run is; edited in place. */
  'run-progress': { run: RunKind; attempt: number }
  /** Upload the token list to the card's thread. */
  'inventory-export': { filename: string; csv: string; tokens: number }
  /** Tell the pager: somebody is needed, somebody has it, it is over. */
  page: { escalation: number; action: 'trigger' | 'acknowledge' | 'resolve' }
  /** Post the message that calls on-call, or edit it to show how it stands. */
  escalation: { escalation: number }
  /** Draw a person's App Home. */
  home: { userId: string }
  /** Upload a picture, if it still shows how things are. */
  picture: { name: string; digest: string }
  /** A pull request for the registry. */
  'registry-proposal': {
    text: string
    /** SHA-256 of the file that it was compared with; null when there was none. */
    basedOn: string | null
    title: string
    body: RichDocument
  }
  /** A report in the ticket, as things were when it was owed. */
  'ticket-comment': { event: LogEvent; document: RichDocument }
  /** A message in the channel with the reminders that were claimed for it. */
  reminder: Record<string, never>
  /** The same for one person, as far as it concerns them; `message` is the key of the job in the channel. */
  'reminder-to-owner': { user: string; message: string }
  /** A message in the channel that concerns no rotation, or several. */
  'channel-message': { text: string; blocks: object[]; eventType: string }
  /** A message to one person. */
  'direct-message': { user: string; text: string; blocks: object[]; eventType: string }
}

export type JobKind = keyof JobPayloads

/** The kinds that no rotation owes. */
export const KINDS_OF_NO_ROTATION = [
  'registry-proposal',
  'home',
  'picture',
  'reminder',
  'reminder-to-owner',
  'channel-message',
] as const satisfies JobKind[]

/** The kinds that a rotation may owe, or none: on-call is called for tokens that are in no rotation, too. */
export const KINDS_OF_ANY_ROTATION = ['page', 'escalation', 'direct-message'] as const satisfies JobKind[]

/** The rotation that owes a job of this kind. */
export type OwingRotation<Kind extends JobKind> = Kind extends (typeof KINDS_OF_NO_ROTATION)[number]
  ? null
  : Kind extends (typeof KINDS_OF_ANY_ROTATION)[number]
    ? number | null
    : number

/** One outside action that a committed change owes; done at least once, safe to repeat. */
export type NewJob = {
  [Kind in JobKind]: {
    kind: Kind
    /** Unlike every other job's; queueing the same key again does nothing. */
    key: string
    rotationId: OwingRotation<Kind>
    /** Jobs of one orderingKey are done in order. */
    orderingKey: string
    /** Of several waiting with the same one, only the newest is done. */
    collapseKey: string | null
    payload: JobPayloads[Kind]
  }
}[JobKind]
