import type { Escalation } from '#domain/on-call/escalation'
import type { EffectPayloads, NewEffect } from '#domain/ports/outbox-job'
import type { ChainHead } from '#domain/rotation/events'
import { sha256 } from '#domain/rotation/evidence'
import { type Instant, type Run, type RunKind, rotationLabel } from '#domain/rotation/rotation'
import type { LogEntry } from '#domain/rotation/rotation-log'
import type { PictureName } from '#views/pictures/picture'

// Slack shows things in the order in which they happened, so one rotation's messages are one stream. The log is
// one file for all rotations: its commits would only collide with one another.
const slackStream = (rotationId: number) => `slack:${rotationLabel(rotationId)}`
const LOG_STREAM = 'log'
const TICKET_STREAM = 'ticket'
const REGISTRY_STREAM = 'registry'
// Edits of the card and files wait for nothing but the card: a message that Slack refuses must not hold up the card that
// says so.
const cardStream = (rotationId: number) => `card:${rotationLabel(rotationId)}`
const fileStream = (rotationId: number) => `files:${rotationLabel(rotationId)}`

/** Posts the card. */
export const cardEffect = (rotationId: number): NewEffect => ({
  kind: 'card',
  key: `card:${rotationLabel(rotationId)}`,
  rotationId,
  stream: slackStream(rotationId),
  collapseKey: null,
  payload: {},
})

/**
 * Edits the card to show the present state; waiting edits collapse into the newest.
 *
 * @param cause what makes this edit unlike others, such as the rotation's version
 */
export const cardEditEffect = (rotationId: number, cause: string): NewEffect => ({
  ...cardEffect(rotationId),
  key: `card:${rotationLabel(rotationId)}:${cause}`,
  stream: cardStream(rotationId),
  collapseKey: `card:${rotationLabel(rotationId)}`,
})

/** @param cause the event or effect that the message tells of, such as `event:17` */
export const threadMessageEffect = (
  rotationId: number,
  cause: string,
  message: { text: string; blocks?: object[]; eventType?: string; broadcast?: boolean },
): NewEffect => ({
  kind: 'thread-message',
  key: `thread:${rotationLabel(rotationId)}:${cause}`,
  rotationId,
  stream: slackStream(rotationId),
  collapseKey: null,
  payload: {
    text: message.text,
    blocks: message.blocks ?? null,
    eventType: message.eventType ?? 'rotation_update',
    broadcast: message.broadcast ?? false,
  },
})

/** Posts the completion notice in the channel. */
export const noticeEffect = (rotationId: number): NewEffect => ({
  kind: 'notice',
  key: `notice:${rotationLabel(rotationId)}`,
  rotationId,
  stream: slackStream(rotationId),
  collapseKey: null,
  payload: {},
})

export const testNoticeKey = (rotationId: number, attempt: number): string =>
  `test-notice:${rotationLabel(rotationId)}${attempt === 1 ? '' : `:${attempt}`}`

/** Posts a test notice in the channel. @param attempt above 1 when an earlier one was found to be gone */
export const testNoticeEffect = (rotationId: number, attempt: number): NewEffect => ({
  kind: 'test-notice',
  key: testNoticeKey(rotationId, attempt),
  rotationId,
  stream: `test-notice:${rotationLabel(rotationId)}`,
  collapseKey: null,
  payload: {},
})

/** Commits an entry to the rotation log; the chain's head makes it unlike every other. */
export const logEntryEffect = (rotationId: number, entry: LogEntry): NewEffect => ({
  kind: 'log-entry',
  key: `log:${entry.rotation}:${entry.event}:${entry.head.count}`,
  rotationId,
  stream: LOG_STREAM,
  collapseKey: null,
  payload: entry,
})

/** Reports to the ticket. The key is the comment's mark there. @param head the event that owes it */
export const ticketCommentEffect = (
  rotationId: number,
  head: ChainHead,
  payload: EffectPayloads['ticket-comment'],
): NewEffect => ({
  kind: 'ticket-comment',
  key: `ticket:${rotationLabel(rotationId)}:${payload.event}:${head.count}:${head.hash.slice(0, 12)}`,
  rotationId,
  stream: TICKET_STREAM,
  collapseKey: null,
  payload,
})

/** Proposes the registry. @param at when it was asked for: the same content may be wanted again, once it was turned down */
export const registryProposalEffect = (
  at: Instant,
  payload: EffectPayloads['registry-proposal'],
): NewEffect => ({
  kind: 'registry-proposal',
  key: `registry:${sha256(payload.text).slice(0, 12)}:${at}`,
  rotationId: null,
  stream: REGISTRY_STREAM,
  collapseKey: null,
  payload,
})

/** Starts a workflow. @param attempt 1 for the first run of its kind in the rotation */
export const workflowDispatchEffect = (rotationId: number, run: RunKind, attempt: number): NewEffect => ({
  kind: 'workflow-dispatch',
  key: `dispatch:${rotationLabel(rotationId)}:${run}:${attempt}`,
  rotationId,
  stream: `ci:${rotationLabel(rotationId)}`,
  collapseKey: null,
  payload: { run, attempt },
})

/** Asks the secrets manager to rotate a secret. Each has a stream of its own: one that is refused holds up no other. */
export const secretRotationEffect = (
  rotationId: number,
  payload: { attempt: number; secret: string; versionId: string },
): NewEffect => ({
  kind: 'secret-rotation',
  key: `rotate:${rotationLabel(rotationId)}:${payload.attempt}:${payload.secret}`,
  rotationId,
  stream: `rotate:${rotationLabel(rotationId)}:${payload.secret}`,
  collapseKey: null,
  payload,
})

/**
 * Shows in the thread how far a run is; waiting edits collapse into the newest.
 *
 * @param cause what makes this edit unlike others, such as the rotation's version
 */
export const runProgressEffect = (
  rotationId: number,
  { kind: run, attempt }: Pick<Run, 'kind' | 'attempt'>,
  cause: string,
): NewEffect => ({
  kind: 'run-progress',
  key: `progress:${rotationLabel(rotationId)}:${run}:${attempt}:${cause}`,
  rotationId,
  stream: `progress:${rotationLabel(rotationId)}`,
  collapseKey: `progress:${rotationLabel(rotationId)}:${run}:${attempt}`,
  payload: { run, attempt },
})

export const inventoryExportKey = (rotationId: number, digest: string): string =>
  `inventory:${rotationLabel(rotationId)}:${digest}`

/** @param digest of the list; the same list is uploaded once for a rotation */
export const inventoryExportEffect = (
  rotationId: number,
  digest: string,
  payload: { filename: string; csv: string; tokens: number },
): NewEffect => ({
  kind: 'inventory-export',
  key: inventoryExportKey(rotationId, digest),
  rotationId,
  stream: fileStream(rotationId),
  collapseKey: null,
  payload,
})

type EscalationName = Pick<Escalation, 'id' | 'rotationId'>

const subjectOf = ({ rotationId }: EscalationName): string =>
  rotationId === null ? 'tokens' : rotationLabel(rotationId)

/** Tells the pager. In a stream of its own: neither Slack nor another system holds a page up. */
export const pageEffect = (
  escalation: EscalationName,
  action: EffectPayloads['page']['action'],
): NewEffect => ({
  kind: 'page',
  key: `page:${escalation.id}:${action}`,
  rotationId: escalation.rotationId,
  stream: `pager:${subjectOf(escalation)}`,
  collapseKey: null,
  payload: { escalation: escalation.id, action },
})

/** Posts the message that calls on-call. */
export const escalationEffect = (escalation: EscalationName): NewEffect => ({
  kind: 'escalation',
  key: `escalation:${escalation.id}`,
  rotationId: escalation.rotationId,
  stream: escalation.rotationId === null ? 'slack:tokens' : slackStream(escalation.rotationId),
  collapseKey: null,
  payload: { escalation: escalation.id },
})

/** Edits it to show how things stand; waiting edits collapse into the newest. */
export const escalationEditEffect = (escalation: EscalationName, cause: string): NewEffect => ({
  ...escalationEffect(escalation),
  key: `escalation:${escalation.id}:${cause}`,
  stream: `escalation:${escalation.id}`,
  collapseKey: `escalation:${escalation.id}`,
})

/** Draws a person's App Home; drawings that wait collapse into the newest. @param cause what makes it unlike others */
export const homeEffect = (userId: string, cause: string): NewEffect => ({
  kind: 'home',
  key: `home:${userId}:${cause}`,
  rotationId: null,
  stream: `home:${userId}`,
  collapseKey: `home:${userId}`,
  payload: { userId },
})

/** The same for everybody who has it open. @param viewers as `findHomeViewers` gives them */
export const homeEffects = (viewers: string[], cause: string): NewEffect[] =>
  viewers.map((userId) => homeEffect(userId, cause))

/** Uploads a picture. @param uploads how often the same was uploaded before */
export const pictureEffect = (name: PictureName, digest: string, uploads: number): NewEffect => ({
  kind: 'picture',
  key: `picture:${name}:${digest}:${uploads}`,
  rotationId: null,
  stream: `picture:${name}`,
  collapseKey: `picture:${name}`,
  payload: { name, digest },
})

/** Streams of the messages that belong to no rotation. */
const REMINDER_STREAM = 'reminders'
const personStream = (user: string) => `person:${user}`

/** Posts the reminders that were claimed under this key. */
export const reminderEffect = (key: string): NewEffect => ({
  kind: 'reminder',
  key,
  rotationId: null,
  stream: REMINDER_STREAM,
  collapseKey: null,
  payload: {},
})

/** Tells one person of their part in a message of reminders. @param message the key of its effect */
export const reminderToOwnerEffect = (message: string, user: string): NewEffect => ({
  kind: 'reminder-to-owner',
  key: `${message}:${user}`,
  rotationId: null,
  stream: personStream(user),
  collapseKey: null,
  payload: { user, message },
})

/** @param cause what the message tells of, unlike every other */
export const channelMessageEffect = (
  cause: string,
  payload: EffectPayloads['channel-message'],
): NewEffect => ({
  kind: 'channel-message',
  key: `channel:${cause}`,
  rotationId: null,
  stream: `channel:${cause}`,
  collapseKey: null,
  payload,
})

/**
 * @param cause what the message tells of, unlike every other to this person
 * @param rotationId the rotation that it concerns, whose card says when it is not delivered
 */
export const directMessageEffect = (
  cause: string,
  payload: EffectPayloads['direct-message'],
  rotationId: number | null = null,
): NewEffect => ({
  kind: 'direct-message',
  key: `direct:${payload.user}:${cause}`,
  rotationId,
  stream: personStream(payload.user),
  collapseKey: null,
  payload,
})
