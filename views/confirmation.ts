import type { ModalView } from '@slack/types'
import type { PendingConfirmation } from '#domain/rotation/confirmation'
import type { ConfirmationProblem } from '#domain/rotation/confirmation-problem'
import { ROLE_TITLES } from '#domain/rotation/rotation'
import { modal, section } from './blocks.ts'
import { FORMS } from './ids.ts'
import type { Names } from './state.ts'
import { code, escapeUntrusted, link } from './text.ts'
import { who } from './words.ts'

/** @param login who wrote the comment */
export const CONFIRMATION_PROBLEMS: Record<ConfirmationProblem, (login: string) => string> = {
  'wrong-login': (login) =>
    `the digest was commented by ${login}, which is not the approver’s account on GitHub: sign in there as the approver, and comment again`,
  edited: (login) => `the comment of ${login} was edited, so it does not count: write a new one`,
  'wrong-digest': (login) =>
    `the comment of ${login} has another digest: copy the whole one into a new comment, because an edited one does not count`,
  'not-alone': (login) =>
    `the comment of ${login} has more than the digest: write a new one with the digest alone`,
  'too-early': (login) => `the comment of ${login} is older than the form that was signed: write a new one`,
  outdated: () => 'what was signed changed meanwhile: sign again',
  'role-lost': () => 'the signer no longer holds the role',
}

/** What a signature waits for, one line. */
export const confirmationLine = (pending: PendingConfirmation, names: Names): string => {
  const { role, by, login, digest, problem } = pending
  const wrong = problem ? ` ⚠ ${CONFIRMATION_PROBLEMS[problem.why](escapeUntrusted(problem.login, 60))}.` : ''
  return `⏳ ${ROLE_TITLES[role]}: ${who(by, names)} signed in Slack; it counts when ${escapeUntrusted(login, 60)} comments ${code(digest)} on the ticket.${wrong}`
}

/** Shown after a signature in Slack: what to comment where. */
export function confirmationModal(
  title: string,
  {
    digest,
    login,
    ticket,
    ticketUrl,
  }: { digest: string; login: string; ticket: string; ticketUrl: string | null },
): ModalView {
  const place = ticketUrl ? link(ticketUrl, ticket) : escapeUntrusted(ticket, 80)
  return modal(FORMS.message, title, [
    section([
      '*One step is left: confirm it on GitHub.*',
      `As ${escapeUntrusted(login, 60)}, write a comment on ${place} with nothing but this digest:`,
      code(digest),
      'Compare it with the digest that the form showed. The signature counts when the bot has read the comment, within half a minute.',
    ]),
  ])
}
