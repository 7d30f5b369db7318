import type { Escalation } from '#domain/on-call/escalation'
import type { JobPayloads, NewJob } from '#domain/ports/outbox-job'
import type { ChainHead } from '#domain/rotation/events'
import { sha256 } from '#domain/rotation/evidence'
import { type Instant, type Run, type RunKind, rotationLabel } from '#domain/rotation/rotation'
import type { LogEntry } from '#domain/rotation/rotation-log'
import type { PictureName } from '#views/pictures/picture'

// One ordering key for a rotation's messages, so that Slack shows them in order. The log is one file, so all commits
// share one ordering key to avoid conflicts.
const slackOrder = (rotationId: number) => `slack:${rotationLabel(rotationId)}`
const LOG_ORDER = 'log'
const TICKET_ORDER = 'ticket'
const REGISTRY_ORDER = 'registry'
// Card edits and files have their own ordering keys, because the card reports a message that cannot be posted.
const cardOrder = (rotationId: number) => `card:${rotationLabel(rotationId)}`
const fileOrder = (rotationId: number) => `files:${rotationLabel(rotationId)}`

/** Posts the card. */
export const cardJob = (rotationId: number): NewJob => ({
  kind: 'card',
  key: `card:${rotationLabel(rotationId)}`,
  rotationId,
  orderingKey: slackOrder(rotationId),
  collapseKey: null,
  payload: {},
})

/**
 * Edits the card to show the current state; waiting edits collapse into the newest.
 *
 * @param cause what makes this edit unlike others, such as the rotation's version
 */
export const cardEditJob = (rotationId: number, cause: string): NewJob => ({
  ...cardJob(rotationId),
  key: `card:${rotationLabel(rotationId)}:${cause}`,
  orderingKey: cardOrder(rotationId),
  collapseKey: `card:${rotationLabel(rotationId)}`,
})

/** @param cause the event or job that the message reports, such as `event:17` */
export const threadMessageJob = (
  rotationId: number,
  cause: string,
  message: { text: string; blocks?: object[]; eventType?: string; broadcast?: boolean },
): NewJob => ({
  kind: 'thread-message',
  key: `thread:${rotationLabel(rotationId)}:${cause}`,
  rotationId,
  orderingKey: slackOrder(rotationId),
  collapseKey: null,
  payload: {
    text: message.text,
    blocks: message.blocks ?? null,
    eventType: message.eventType ?? 'rotation_update',
    broadcast: message.broadcast ?? false,
  },
})

/** Tells the channel that both roles have signed. @param count place of the event that approved it: a later round is another */
export const approvalNoticeJob = (rotationId: number, count: number): NewJob => ({
  kind: 'approval-notice',
  key: `approval-notice:${rotationLabel(rotationId)}:${count}`,
  rotationId,
  orderingKey: slackOrder(rotationId),
  collapseKey: null,
  payload: {},
})

/** Posts the completion notice in the channel. */
export const noticeJob = (rotationId: number): NewJob => ({
  kind: 'notice',
  key: `notice:${rotationLabel(rotationId)}`,
  rotationId,
  orderingKey: slackOrder(rotationId),
  collapseKey: null,
  payload: {},
})

export const testNoticeKey = (rotationId: number, attempt: number): string =>
  `test-notice:${rotationLabel(rotationId)}${attempt === 1 ? '' : `:${attempt}`}`

/** Posts a test notice in the channel. @param attempt above 1 if an earlier one was deleted */
export const testNoticeJob = (rotationId: number, attempt: number): NewJob => ({
  kind: 'test-notice',
  key: testNoticeKey(rotationId, attempt),
  rotationId,
  orderingKey: `test-notice:${rotationLabel(rotationId)}`,
  collapseKey: null,
  payload: {},
})

/** Commits an entry to the rotation log; the chain's head makes its key unique. */
export const logEntryJob = (rotationId: number, entry: LogEntry): NewJob => ({
  kind: 'log-entry',
  key: `log:${entry.rotation}:${entry.event}:${entry.head.count}`,
  rotationId,
  orderingKey: LOG_ORDER,
  collapseKey: null,
  payload: entry,
})

/** Reports to the ticket. The key marks the comment there. @param head the event that caused it */
export const ticketCommentJob = (
  rotationId: number,
  head: ChainHead,
  payload: JobPayloads['ticket-comment'],
): NewJob => ({
  kind: 'ticket-comment',
  key: `ticket:${rotationLabel(rotationId)}:${payload.event}:${head.count}:${head.hash.slice(0, 12)}`,
  rotationId,
  orderingKey: TICKET_ORDER,
  collapseKey: null,
  payload,
})

/** Proposes the registry. @param at when it was requested: the same content can be proposed again after a refusal */
export const registryProposalJob = (at: Instant, payload: JobPayloads['registry-proposal']): NewJob => ({
  kind: 'registry-proposal',
  key: `registry:${sha256(payload.text).slice(0, 12)}:${at}`,
  rotationId: null,
  orderingKey: REGISTRY_ORDER,
  collapseKey: null,
  payload,
})

/** Starts a workflow. @param attempt 1 for the first run of its kind in the rotation */
export const workflowDispatchJob = (rotationId: number, run: RunKind, attempt: number): NewJob => ({
  kind: 'workflow-dispatch',
  key: `dispatch:${rotationLabel(rotationId)}:${run}:${attempt}`,
  rotationId,
  orderingKey: `ci:${rotationLabel(rotationId)}`,
  collapseKey: null,
  payload: { run, attempt },
})

/** Asks the secrets manager to rotate a secret. Each has its own ordering key, so that a refused one does not block the others. */
export const secretRotationJob = (
  rotationId: number,
  payload: { attempt: number; secret: string; versionId: string },
): NewJob => ({
  kind: 'secret-rotation',
  key: `rotate:${rotationLabel(rotationId)}:${payload.attempt}:${payload.secret}`,
  rotationId,
  orderingKey: `rotate:${rotationLabel(rotationId)}:${payload.secret}`,
  collapseKey: null,
  payload,
})

/**
 * Shows a run's progress in the thread; waiting edits collapse into the newest.
 *
 * @param cause what makes this edit unlike others, such as the rotation's version
 */
export const runProgressJob = (
  rotationId: number,
  { kind: run, attempt }: Pick<Run, 'kind' | 'attempt'>,
  cause: string,
): NewJob => ({
  kind: 'run-progress',
  key: `progress:${rotationLabel(rotationId)}:${run}:${attempt}:${cause}`,
  rotationId,
  orderingKey: `progress:${rotationLabel(rotationId)}`,
  collapseKey: `progress:${rotationLabel(rotationId)}:${run}:${attempt}`,
  payload: { run, attempt },
})

export const inventoryExportKey = (rotationId: number, digest: string): string =>
  `inventory:${rotationLabel(rotationId)}:${digest}`

/** @param digest of the list; the same list is uploaded once for a rotation */
export const inventoryExportJob = (
  rotationId: number,
  digest: string,
  payload: { filename: string; csv: string; tokens: number },
): NewJob => ({
  kind: 'inventory-export',
  key: inventoryExportKey(rotationId, digest),
  rotationId,
  orderingKey: fileOrder(rotationId),
  collapseKey: null,
  payload,
})

type EscalationName = Pick<Escalation, 'id' | 'rotationId'>

const subjectOf = ({ rotationId }: EscalationName): string =>
  rotationId === null ? 'tokens' : rotationLabel(rotationId)

/** Sends an event to the pager. Its own ordering key: no other system delays a page. */
export const pageJob = (escalation: EscalationName, action: JobPayloads['page']['action']): NewJob => ({
  kind: 'page',
  key: `page:${escalation.id}:${action}`,
  rotationId: escalation.rotationId,
  orderingKey: `pager:${subjectOf(escalation)}`,
  collapseKey: null,
  payload: { escalation: escalation.id, action },
})

/** Posts the escalation message. */
export const escalationJob = (escalation: EscalationName): NewJob => ({
  kind: 'escalation',
  key: `escalation:${escalation.id}`,
  rotationId: escalation.rotationId,
  orderingKey: escalation.rotationId === null ? 'slack:tokens' : slackOrder(escalation.rotationId),
  collapseKey: null,
  payload: { escalation: escalation.id },
})

/** Edits the escalation message; waiting edits collapse into the newest. */
export const escalationEditJob = (escalation: EscalationName, cause: string): NewJob => ({
  ...escalationJob(escalation),
  key: `escalation:${escalation.id}:${cause}`,
  orderingKey: `escalation:${escalation.id}`,
  collapseKey: `escalation:${escalation.id}`,
})

/** Publishes a person's App Home; waiting jobs collapse into the newest. @param cause makes the key unique */
export const homeJob = (userId: string, cause: string): NewJob => ({
  kind: 'home',
  key: `home:${userId}:${cause}`,
  rotationId: null,
  orderingKey: `home:${userId}`,
  collapseKey: `home:${userId}`,
  payload: { userId },
})

/** `homeJob` for everyone who has it open. @param viewers from `findHomeViewers` */
export const homeJobs = (viewers: string[], cause: string): NewJob[] =>
  viewers.map((userId) => homeJob(userId, cause))

/** Uploads a picture. @param uploads how often the same picture was uploaded before */
export const pictureJob = (name: PictureName, digest: string, uploads: number): NewJob => ({
  kind: 'picture',
  key: `picture:${name}:${digest}:${uploads}`,
  rotationId: null,
  orderingKey: `picture:${name}`,
  collapseKey: `picture:${name}`,
  payload: { name, digest },
})

/** Ordering keys of messages without a rotation. */
const REMINDER_ORDER = 'reminders'
const personOrder = (user: string) => `person:${user}`

/** Posts the reminders that were claimed under this key. */
export const reminderJob = (key: string): NewJob => ({
  kind: 'reminder',
  key,
  rotationId: null,
  orderingKey: REMINDER_ORDER,
  collapseKey: null,
  payload: {},
})

/** Sends one person their part of a reminder message. @param message key of that message's job */
export const reminderToOwnerJob = (message: string, user: string): NewJob => ({
  kind: 'reminder-to-owner',
  key: `${message}:${user}`,
  rotationId: null,
  orderingKey: personOrder(user),
  collapseKey: null,
  payload: { user, message },
})

/** @param cause what the message reports; makes the key unique */
export const channelMessageJob = (cause: string, payload: JobPayloads['channel-message']): NewJob => ({
  kind: 'channel-message',
  key: `channel:${cause}`,
  rotationId: null,
  orderingKey: `channel:${cause}`,
  collapseKey: null,
  payload,
})

/**
 * @param cause what the message reports; unique for this person
 * @param rotationId the rotation it is about; its card shows if it is not delivered
 */
export const directMessageJob = (
  cause: string,
  payload: JobPayloads['direct-message'],
  rotationId: number | null = null,
): NewJob => ({
  kind: 'direct-message',
  key: `direct:${payload.user}:${cause}`,
  rotationId,
  orderingKey: personOrder(payload.user),
  collapseKey: null,
  payload,
})
