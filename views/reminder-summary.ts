import type { Reminder } from '#domain/reminders/reminder'
import { ROLE_TITLES, rotationLabel } from '#domain/rotation/rotation'
import { plural } from './text.ts'

type Of<Kind extends Reminder['kind']> = Extract<Reminder, { kind: Kind }>

const SUMMARIES: { [Kind in Reminder['kind']]: (reminder: Of<Kind>) => string } = {
  'token-due': ({ tokens, daysLeft }) => `${plural(tokens.length, 'token')} ${dueWords(daysLeft)}`,
  'token-unread': ({ tokens }) => `${plural(tokens.length, 'token')} not read`,
  stalled: ({ rotation }) => `${rotationLabel(rotation)} is stalled`,
  'sign-off-waits': ({ rotation, role }) => `${rotationLabel(rotation)} waits for the ${ROLE_TITLES[role]}`,
  'evidence-missing': ({ rotation }) => `${rotationLabel(rotation)} lacks evidence`,
  'deployment-missing': ({ rotation, versions }) =>
    `${rotationLabel(rotation)} must be deployed before old versions are ${versions.some((row) => row.revoker === 'workflow') ? 'refused' : 'overdue'}`,
  'decision-missing': ({ rotation, versions }) =>
    `${rotationLabel(rotation)} needs a decision about ${plural(versions.length, 'old version')}`,
  'role-vacant': ({ role }) => `nobody can sign as ${ROLE_TITLES[role]}`,
  'automation-broken': ({ problem }) => `automation problem: ${problem.title}`,
  'automation-resolved': ({ problems, left }) =>
    left === 0 ? 'automation is healthy again' : `${plural(problems.length, 'automation problem')} resolved`,
}

/** A reminder in a few words: `2 tokens overdue for 3 days`. */
export function reminderSummary(reminder: Reminder): string {
  // The table pairs each kind with its words.
  const word = SUMMARIES[reminder.kind] as (reminder: Reminder) => string
  return word(reminder)
}

/** `due today`, `due in 3 days`, `overdue for 2 days`. */
export function dueWords(daysLeft: number): string {
  if (daysLeft < 0) return `overdue for ${plural(-daysLeft, 'day')}`
  if (daysLeft === 0) return 'due today'
  return daysLeft === 1 ? 'due tomorrow' : `due in ${plural(daysLeft, 'day')}`
}
