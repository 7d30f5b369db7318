import type { JobPayloads, NewJob } from '#domain/ports/outbox-job'
import type { LineSubject } from '#domain/rotation/line-subject'
import { rotationLabel } from '#domain/rotation/rotation'
import type { PictureName } from '#views/pictures/picture'
import { personOrder, rotationOrder } from './ordering-keys.ts'

// Card edits and files have their own ordering keys, because the card reports a message that cannot be posted.
const cardOrder = (rotationId: number) => `card:${rotationLabel(rotationId)}`
const fileOrder = (rotationId: number) => `files:${rotationLabel(rotationId)}`

/** Edits of the same message within this time become one, in milliseconds. */
export const GATHER_MS = 250

/** Within this time what machines did becomes one edit of the card, in milliseconds: whoever acts sees it in a modal. */
export const CARD_GATHER_MS = 1_000

/** Nobody waits for a line of the thread: the card and the modal show the same, in milliseconds. */
const LINE_GATHER_MS = 2_000

/** Posts the card. */
export const cardJob = (rotationId: number): NewJob => ({
  kind: 'card',
  key: `card:${rotationLabel(rotationId)}`,
  rotationId,
  orderingKey: rotationOrder(rotationId),
  collapseKey: null,
  payload: {},
})

/**
 * Edits the card to show the current state; waiting edits collapse into the newest.
 *
 * @param cause what makes this edit unlike others, such as the rotation's version
 * @param atOnce where a person has just acted, and waits for it
 */
export const cardEditJob = (rotationId: number, cause: string, atOnce = false): NewJob => ({
  ...cardJob(rotationId),
  key: `card:${rotationLabel(rotationId)}:${cause}`,
  orderingKey: cardOrder(rotationId),
  collapseKey: `card:${rotationLabel(rotationId)}`,
  ...(atOnce ? {} : { gatherMs: CARD_GATHER_MS }),
})

/** Edits the card whatever it is believed to show. @param cause makes its key unlike others */
export const cardAgainJob = (rotationId: number, cause: string): NewJob => ({
  kind: 'card',
  key: `card:${rotationLabel(rotationId)}:${cause}`,
  rotationId,
  orderingKey: cardOrder(rotationId),
  // One that collapsed into another edit would not be sent where nothing has changed.
  collapseKey: null,
  payload: { again: true },
})

/**
 * Posts a card again. One job for each lost card, whoever notices it first; among the edits, so that they go to the new one.
 *
 * @param ts of the card that was deleted or can no longer be edited
 */
export const cardReplacementJob = (rotationId: number, ts: string): NewJob => ({
  kind: 'card',
  key: `card:${rotationLabel(rotationId)}:replaces:${ts}`,
  rotationId,
  orderingKey: cardOrder(rotationId),
  collapseKey: null,
  payload: { replaces: ts },
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
  orderingKey: rotationOrder(rotationId),
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
  orderingKey: rotationOrder(rotationId),
  collapseKey: null,
  payload: {},
})

/**
 * Edits the newest of them to what applies now; waiting edits collapse into the newest.
 *
 * @param cause what makes this edit unlike others, such as the rotation's version
 */
export const approvalNoticeEditJob = (rotationId: number, cause: string): NewJob => ({
  kind: 'approval-notice',
  key: `approval-notice:${rotationLabel(rotationId)}:edit:${cause}`,
  rotationId,
  orderingKey: rotationOrder(rotationId),
  collapseKey: `approval-notice:${rotationLabel(rotationId)}`,
  payload: { edit: true },
})

/** Posts the completion notice in the channel. */
export const noticeJob = (rotationId: number): NewJob => ({
  kind: 'notice',
  key: `notice:${rotationLabel(rotationId)}`,
  rotationId,
  orderingKey: rotationOrder(rotationId),
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

/**
 * Posts or edits a line of the thread; waiting edits collapse into the newest.
 *
 * @param cause what makes this edit unlike others, such as the event or the rotation's version
 */
export const threadLineJob = (rotationId: number, subject: LineSubject, cause: string): NewJob => ({
  kind: 'thread-line',
  key: `line:${rotationLabel(rotationId)}:${subject}:${cause}`,
  rotationId,
  // Of its own, because what notifies people must not wait for it.
  orderingKey: `lines:${rotationLabel(rotationId)}`,
  collapseKey: `line:${rotationLabel(rotationId)}:${subject}`,
  payload: { subject },
  waitMs: LINE_GATHER_MS,
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

export const signOffRecordKey = (rotationId: number, digest: string): string =>
  `sign-off-record:${rotationLabel(rotationId)}:${digest}`

/** Uploads the record that is signed to the thread, once for each digest. */
export const signOffRecordJob = (
  rotationId: number,
  payload: Omit<JobPayloads['sign-off-record'], 'name'>,
): NewJob => ({
  kind: 'sign-off-record',
  key: signOffRecordKey(rotationId, payload.digest),
  rotationId,
  orderingKey: fileOrder(rotationId),
  collapseKey: null,
  payload: { ...payload, name: `${rotationLabel(rotationId)}-sign-off-${payload.digest.slice(0, 12)}` },
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
