import type { NewJob } from '#domain/ports/outbox-job'
import { personOrder } from './ordering-keys.ts'

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

/** Sends one person their part of a reminder message. @param message key of that message's job */
export const reminderToOwnerJob = (message: string, user: string): NewJob => ({
  kind: 'reminder-to-owner',
  key: `${message}:${user}`,
  rotationId: null,
  orderingKey: personOrder(user),
  collapseKey: null,
  payload: { user, message },
})
