import type { Answered, TokenAnswer } from '#domain/reminders/answered-reminders'
import type { ReminderKind } from '#domain/reminders/reminder'
import { isRole, ROLE_TITLES, rotationLabel } from '#domain/rotation/rotation'
import { plural } from './text.ts'

/** What became of tokens, without their number: `Being rotated in R42`. @param label of the rotation, or a link to its card */
const TOKEN_ANSWERS: Record<TokenAnswer, (label: string) => string> = {
  rotating: (label) => `Being rotated in ${label}`,
  done: (label) => `Done in ${label}`,
  aborted: (label) => `Has a new version from ${label}, which was aborted`,
  'not-due': () => 'No longer due',
}

/** A subject is `R42`, or `R42:` and more. */
const labelOf = (subject: string): string => subject.split(':')[0] ?? subject
const roleOf = (subject: string): string => {
  const [, role = ''] = subject.split(':')
  return isRole(role) ? ROLE_TITLES[role] : 'approver'
}

/** Why a reminder no longer applies, by its kind and subject. */
const OTHER_ANSWERS: Record<Exclude<ReminderKind, 'token-due'>, (subject: string) => string> = {
  'token-unread': () => 'The tokens could be read again',
  stalled: (subject) => `${labelOf(subject)} is no longer stalled`,
  'sign-off-waits': (subject) => `${labelOf(subject)} no longer waits for the ${roleOf(subject)}`,
  'evidence-missing': (subject) => `${labelOf(subject)} no longer waits for evidence`,
  'role-vacant': (subject) =>
    `Somebody can sign as ${isRole(subject) ? ROLE_TITLES[subject] : subject} again`,
  'deployment-missing': (subject) => `${labelOf(subject)} needs no deployment before the deadline any more`,
  'decision-missing': (subject) => `${labelOf(subject)} needs no decision any more`,
  'automation-broken': () => 'The automation problem is resolved',
  'automation-resolved': () => 'The automation was healthy again',
}

/** One line about what was answered. @param cardOf a link to a rotation's card, or its label */
export function answeredLine(answered: Answered, cardOf: (id: number) => string): string {
  if (answered.kind !== 'token-due') return `✓ ${OTHER_ANSWERS[answered.kind](answered.subject)}`
  const { answer, rotation, tokens } = answered
  const sign = answer === 'rotating' ? '…' : '✓'
  const words = TOKEN_ANSWERS[answer](rotation === null ? '' : cardOf(rotation))
  return `${sign} ${words} (${plural(tokens, 'token')})`
}

/** The first line of a message that no longer asks for anything; the whole of it for notifications. */
export function answeredLead(answered: readonly Answered[]): string {
  const words = answered.map((each) =>
    each.kind === 'token-due'
      ? TOKEN_ANSWERS[each.answer](each.rotation === null ? '' : rotationLabel(each.rotation))
      : OTHER_ANSWERS[each.kind](each.subject),
  )
  return [...new Set(words)].join(' · ') || 'This reminder no longer applies'
}
