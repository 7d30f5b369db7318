import type { Refusal, RefusalCode, Refusals } from '#domain/rotation/refusal'
import { ROLE_TITLES, rotationLabel } from '#domain/rotation/rotation'
import { CHECK_WORDS } from './check-lines.ts'
import { INPUTS, type InputId } from './ids.ts'
import type { Names } from './state.ts'
import { clip, list, plainUntrusted, plural, utc } from './text.ts'
import { runTitle, shortName, stepName, TRIGGER_TITLES } from './words.ts'

/** Sentences are also shown under a field, where a long one is not read. */
const SENTENCE_LENGTH = 1200

const name = (userId: string, names: Names): string => plainUntrusted(names(userId), 80)

const steps = (ids: Parameters<typeof stepName>[0][]): string => list(ids.map(stepName))

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const CHANGE_WORDS = { approved: 'was approved', aborted: 'was aborted' } as const

type Unfit = Refusals['delegate-not-eligible']

/** Why somebody cannot stand in for an approver. */
const UNFIT: Record<Unfit['why'], (details: Unfit) => string> = {
  unknown: () => 'Slack knows no such person here. Choose somebody from the list that opens after @.',
  yourself: () => 'You cannot stand in for yourself. Name somebody else.',
  bot: () => 'A bot cannot stand in for a person. Name somebody else.',
  deactivated: () => 'This person’s account is deactivated. Name somebody else.',
  owner: (details) =>
    `This person owns ${'rotation' in details ? rotationLabel(details.rotation) : 'a rotation'}, which is open, and nobody signs off their own work. Name somebody else, or hand that rotation off first.`,
  'other-role': (details) =>
    `This person is the only ${'role' in details ? ROLE_TITLES[details.role] : 'holder of the other role'}, and the two signatures must come from two people. Name somebody else.`,
}

/** What happened, why, and what to do next, for each code. */
const SENTENCES: { [Code in RefusalCode]: (details: Refusals[Code], names: Names) => string } = {
  'unknown-rotation': ({ label }) =>
    `There is no rotation ${plainUntrusted(label, 40)}. /rotation history lists the ones there are.`,
  'not-allowed': ({ what }) =>
    what === 'operate'
      ? 'You may not work on rotations: you are not among the operators in the configuration. Ask the owner of the rotation, or have yourself added.'
      : what === 'respond'
        ? 'You may not answer for on-call: you are neither among the operators nor on call in the configuration (people.on-call). Ask somebody who is.'
        : what === 'decide'
          ? 'You may not decide on rotations: the configuration names you for no approver role. Ask the DevOps lead or the AI Ops owner.'
          : `You may not sign as ${ROLE_TITLES[what]}: the configuration does not name you for that role. Ask somebody who holds it.`,
  'permission-unreadable': () =>
    'Slack did not say in time who is in the user groups that may do this, so nothing was done. Try again in a moment.',
  'rotation-closed': ({ rotation, status, at }) =>
    `${rotationLabel(rotation)} ${CHANGE_WORDS[status]} on ${utc(at)}, so nothing in it can be changed. /rotation start begins another.`,
  'empty-scope': () =>
    'No token of the registry is in this scope. Choose other environments or agents, or add the token to the registry.',
  'token-in-open-rotation': ({ tokens, incident }) => {
    const named = tokens.map(
      ({ label, rotation }) => `${plainUntrusted(label, 80)} (${rotationLabel(rotation)})`,
    )
    return `A token can be in one open rotation only, and these already are: ${list(named, 9)}. ${
      incident
        ? 'Choose what becomes of that rotation (/rotation incident offers it; a drill leaves it alone), or leave these tokens out.'
        : 'Leave them out, or finish that rotation first.'
    }`
  },
  'already-incident': ({ rotation, trigger, severity, at }) =>
    `${shortName({ id: rotation, trigger, severity })} is already open for this (${TRIGGER_TITLES[trigger]}, since ${utc(at)}), so no second incident was opened. Go on in its thread: what you saw belongs there. A higher severity or another trigger would raise it.`,
  'raise-too-late': ({ rotation }) =>
    `${rotationLabel(rotation)} has already been rotating, so its new versions may be the very ones that leaked: it cannot become the incident. Choose to supersede it instead, and everything is rotated again.`,
  'unreadable-registry': ({ reason }) =>
    `The registry of tokens could not be read, so nothing was begun: ${plainUntrusted(reason, 500)} Try again when it is readable.`,
  'step-not-open': ({ step, waitsFor }) =>
    waitsFor.length > 0
      ? `${capital(stepName(step))}, is not open yet: it waits for ${steps(waitsFor)}. Complete that first.`
      : `${capital(stepName(step))}, is not open. It is already done, or the rotation has moved on; look at the card.`,
  'step-done-by-other': ({ step, by, at }, names) =>
    `${name(by, names)} already completed ${stepName(step)}, on ${utc(at)}. Nothing of yours was saved; close this and go on with the card.`,
  'attestation-missing': ({ missing }) =>
    `Not everything is confirmed. Look at it, then tick: ${list(missing.map((each) => `"${plainUntrusted(each, 150)}"`))}`,
  'checks-not-run': ({ titles }) =>
    `Not checked yet, or being checked now: ${list(titles)}. Wait for the result or press "Run checks", then submit again.`,
  'checks-stale': ({ minutes }) =>
    `The checks are ${plural(minutes, 'minute')} old, so they may no longer be true. Press "Run again", then submit.`,
  'checks-not-passed': ({ results }) => {
    const told = results.map(
      ({ title, state, sentence }) =>
        `${title} – ${CHECK_WORDS[state].word}: ${plainUntrusted(sentence, 200)}`,
    )
    return `${plural(results.length, 'check')} did not pass. ${told.join(' · ')}. Put it right and run the checks again, or record a manual step from the card.`
  },
  'run-in-progress': ({ kind, url }) =>
    `${runTitle({ kind })} is already running, so it was not started twice${url ? `: ${plainUntrusted(url, 300)}` : '.'} Wait for it to end.`,
  'steps-open': ({ steps: open }) =>
    `There is nothing to decide yet: ${steps(open)} ${open.length === 1 ? 'is' : 'are'} still open. Sign-off begins when all steps are done.`,
  'owner-cannot-sign': () =>
    'You own this rotation or owned it before, and nobody signs off their own work. Somebody else who holds the role must sign.',
  'worker-cannot-sign': ({ steps: worked }) =>
    `You had a hand in ${steps(worked)}, and nobody signs off their own work. Somebody else who holds the role must sign.`,
  'same-person-twice': ({ role }) =>
    `You already signed as ${ROLE_TITLES[role]}. The two signatures must come from two people.`,
  'already-signed': ({ role, by, at }, names) =>
    `${name(by, names)} already signed as ${ROLE_TITLES[role]}, on ${utc(at)}. There is nothing left to do in this role.`,
  'content-changed': () =>
    'Something changed after this was opened, so you would have signed what you did not see. Close it, open it again and read what is new.',
  'reason-missing': () => 'The reason is empty. Write in a sentence what happened: others rely on it later.',
  'steps-missing': () => 'No step is ticked. Tick at least one step that is to be done again.',
  'check-needs-no-exception': ({ title }) =>
    `${title === null ? 'This check' : `"${title}"`} needs no manual step now: it passed, has not been run, or its step is not open. Look at the card.`,
  'already-owner': () => 'This person already owns the rotation. Choose somebody else, or leave it as it is.',
  'signed-meanwhile': () =>
    'Somebody has signed this rotation already, with its present owner in what they signed. Let the other role sign, or have it rejected first.',
  'unknown-escalation': () =>
    'The bot knows no such call for on-call. Look at the card: it shows what is open.',
  'escalation-already-resolved': ({ at }) =>
    `This was over on ${utc(at)}, so there is nothing left to take on. Look at the card for what is open now.`,
  'already-acknowledged': ({ by, at }, names) =>
    `${name(by, names)} already has it, since ${utc(at)}. Talk to them in the thread.`,
  'nothing-to-revoke': ({ rotation }) =>
    `Some of these old versions of ${rotationLabel(rotation)} are settled already, so nothing was recorded. Close this and open it again: it then offers what is left.`,
  'not-a-day': ({ text }) =>
    text.trim() === ''
      ? 'No day is given. Name the day on which it ends, such as 2026-12-03: nothing here goes on without an end.'
      : `"${plainUntrusted(text, 40)}" is not a day. Write it as year, month and day, such as 2026-12-03.`,
  'day-past': ({ text, timeZone, earliest }) =>
    `"${plainUntrusted(text, 40)}" is too early: the first day that will do is ${earliest}, by the calendar of ${timeZone}. Choose that day or a later one.`,
  'day-too-far': ({ text, days, latest }) =>
    `"${plainUntrusted(text, 40)}" is more than ${plural(days, 'day')} away. Choose a day up to ${latest}.`,
  'nothing-to-snooze': () =>
    'There is nothing left here that can be put off: it is done meanwhile, or it belongs to an incident. Nothing was changed.',
  'delegate-not-eligible': (details) => UNFIT[details.why](details),
  'role-unclear': () =>
    'You hold both approver roles. Say which one, such as /rotation delegate @user until 2026-12-03 devops-lead.',
  'no-delegation': () => 'Nobody stands in for you, so there is nothing to end.',
  'changed-meanwhile': () =>
    'Somebody else changed the rotation at the same moment, and nothing of yours was saved. Look at the card and try again.',
}

/**
 * The sentence for a refusal, as plain text without markup: right under a field, in a message, and in a modal.
 * For mrkdwn it only needs `escapeText`.
 */
export function wordRefusal(refusal: Refusal, names: Names): string {
  const word = <Code extends RefusalCode>(code: Code, details: Refusals[Code]) =>
    SENTENCES[code](details, names)
  return clip(word(refusal.code, refusal.details), SENTENCE_LENGTH)
}

/** The input at which a refusal is shown when it stands in a form; the form's first input for those not named. */
const FIELDS: Partial<Record<RefusalCode, InputId[]>> = {
  'empty-scope': [INPUTS.scope],
  'token-in-open-rotation': [INPUTS.openRotation, INPUTS.scope],
  'already-incident': [INPUTS.openRotation, INPUTS.scope],
  'raise-too-late': [INPUTS.openRotation, INPUTS.scope],
  'unreadable-registry': [INPUTS.scope],
  'attestation-missing': [INPUTS.attest],
  'checks-not-run': [INPUTS.attest],
  'checks-stale': [INPUTS.attest],
  'checks-not-passed': [INPUTS.attest],
  'reason-missing': [INPUTS.reason, INPUTS.notes],
  'not-a-day': [INPUTS.until],
  'day-past': [INPUTS.until],
  'day-too-far': [INPUTS.until],
  'nothing-to-snooze': [INPUTS.until],
  'steps-missing': [INPUTS.steps],
  'check-needs-no-exception': [INPUTS.check],
  'nothing-to-revoke': [INPUTS.versions],
  'already-owner': [INPUTS.owner],
  'signed-meanwhile': [INPUTS.owner],
  'content-changed': [INPUTS.comment],
  'owner-cannot-sign': [INPUTS.comment],
  'worker-cannot-sign': [INPUTS.comment],
  'same-person-twice': [INPUTS.comment],
  'already-signed': [INPUTS.comment],
}

/**
 * The `block_id` that a refusal's sentence stands at. Slack ignores errors at blocks that the form does not have, so
 * it is always one of the form's own.
 *
 * @param inputs the form's inputs in order, at least one
 */
export const refusalField = (code: RefusalCode, inputs: readonly InputId[]): InputId =>
  FIELDS[code]?.find((field) => inputs.includes(field)) ?? inputs[0] ?? INPUTS.reason
