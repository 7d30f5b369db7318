import type { NewJob } from '#domain/ports/outbox-job'
import { personOrder } from './ordering-keys.ts'

import { GATHER_MS } from './slack-jobs.ts'

const REMINDER_ORDER = 'reminders'

/** Posts the reminders that were claimed under this key. */
export const reminderJob = (key: string): NewJob => ({
  kind: 'reminder',
  key,
  rotationId: null,
  orderingKey: REMINDER_ORDER,
  collapseKey: null,
  payload: {},
})

/**
 * Edits posted reminders to what they say now; waiting edits collapse into the newest.
 *
 * @param cause what may have answered them; makes the key unique
 */
export const reminderEditsJob = (cause: string): NewJob => ({
  kind: 'reminder-edits',
  key: `reminder-edits:${cause}`,
  rotationId: null,
  // After those that are still to be posted.
  orderingKey: REMINDER_ORDER,
  collapseKey: 'reminder-edits',
  payload: {},
  gatherMs: GATHER_MS,
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
