import type { Refusal, RefusalCode, Refusals } from '#domain/rotation/refusal'
import { parseRotationLabel, ROLE_TITLES, type Role, rotationLabel } from '#domain/rotation/rotation'
import { CHECK_WORDS } from './check-lines.ts'
import { OBSTACLE_WORDS } from './rollback.ts'
import type { Names } from './state.ts'
import { clip, list, plural, sanitizePlainText } from './text.ts'
import { utc } from './times.ts'
import { waitWords } from './windows.ts'
import { runTitle, shortName, stepName, TRIGGER_TITLES } from './words.ts'
import { HOLDER_WORDS, WORK_WORDS } from './work-words.ts'

/** Sentences also appear under a form field, where long text is not read. */
const SENTENCE_LENGTH = 1200

const name = (userId: string, names: Names): string => sanitizePlainText(names(userId), 80)

const steps = (ids: Parameters<typeof stepName>[0][]): string => list(ids.map(stepName))

const checkList = (results: Refusals['checks-not-passed']['results']): string =>
  results
    .map(
      ({ title, state, sentence }) =>
        `${title} – ${CHECK_WORDS[state].word}: ${sanitizePlainText(sentence, 200)}`,
    )
    .join(' · ')

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const CLOSED_WORDS = { complete: 'was completed', aborted: 'was aborted' } as const

/** How many of those who may do something are named. */
const ASKED_NAMED = 3

/** More tokens of one rotation are counted: the form lists them. */
const TAKEN_NAMED = 3

type DelegateUnfit = Refusals['delegate-not-eligible']

const DELEGATE_PROBLEMS: Record<DelegateUnfit['why'], (details: DelegateUnfit) => string> = {
  unknown: () => 'This person is not in the workspace. Choose somebody from the list that opens after @.',
  yourself: () => 'You cannot be your own delegate. Choose somebody else.',
  bot: () => 'A bot cannot be a delegate. Choose somebody else.',
  guest: () => 'This person is a guest in the workspace, and guests sign nothing. Choose a member.',
  outsider: () => 'This person belongs to another workspace. Choose a member of this one.',
  deactivated: () => 'This person’s account is deactivated. Choose somebody else.',
  owner: (details) =>
    `This person owns ${'rotation' in details ? rotationLabel(details.rotation) : 'a rotation'}, which is open, and owners cannot sign off their own work. Choose somebody else, or hand that rotation off first.`,
  'other-role': (details) =>
    `This person is the only ${'role' in details ? ROLE_TITLES[details.role] : 'holder of the other role'}, and the two signatures must come from two people. Choose somebody else.`,
}

const BREAK_GLASS_PROBLEMS: Record<Refusals['break-glass-refused']['why'], (label: string) => string> = {
  'no-anomaly': (label) =>
    `${label} is no credential anomaly, and only for one may anything be deployed before the sign-offs. Ask both roles to sign.`,
  signed: (label) =>
    `${label} does not wait for the sign-offs, so there is nothing to deploy before them. Check the card.`,
  'no-new-versions': (label) =>
    `Step 3 of ${label} is not done, so there are no new versions to deploy. Complete it first.`,
  'nothing-to-deploy': (label) =>
    `No environment of ${label} waits for the sign-offs. Deploy in step 4, or ask both roles to sign.`,
  requested: (label) =>
    `Somebody already asked for it in ${label}. An approver can acknowledge that in the thread or on the card.`,
  acknowledged: (label) =>
    `An approver already acknowledged it for ${label}. Deploy with the button on the card.`,
  'not-requested': (label) =>
    `Nobody asks to deploy ${label} before the sign-offs now: the request ended with its sign-off round. Ask again from the card.`,
  'own-request': () =>
    'You asked for this yourself, so somebody else must acknowledge it. Ask another approver.',
}

const signAs = (role: Role) => ({
  why: `You may not sign as ${ROLE_TITLES[role]}: you do not have that role in the configuration.`,
  whom: 'somebody who does',
})

const APPROVERS = 'the DevOps lead or the AI Ops owner'

/** Why somebody may not, and whom to ask where no name is known. */
const NOT_ALLOWED: Record<Refusals['not-allowed']['what'], { why: string; whom: string }> = {
  operate: {
    why: 'You may not work on rotations: you are not an operator in the configuration.',
    whom: 'the rotation’s owner, or ask to be added',
  },
  respond: {
    why: 'You may not respond to escalations or incidents: you are neither an operator nor on call in the configuration (people.on-call).',
    whom: 'somebody who is',
  },
  decide: {
    why: 'You may not sign or reject rotations: you have no approver role in the configuration.',
    whom: APPROVERS,
  },
  waive: {
    why: 'You may not let a release pass the promotion gate: you have no approver role in the configuration.',
    whom: APPROVERS,
  },
  'devops-lead': signAs('devops-lead'),
  'ai-ops-owner': signAs('ai-ops-owner'),
}

/** What happened, why, and what to do next, for each code. */
const SENTENCES: { [Code in RefusalCode]: (details: Refusals[Code], names: Names) => string } = {
  'unknown-rotation': ({ label }) =>
    `There is no rotation ${sanitizePlainText(label, 40)}. /rotation history lists all rotations.`,
  'not-allowed': ({ what, ask = [], label }, names) => {
    const known = ask.filter((id) => names(id) !== id).map((id) => name(id, names))
    const named = known.slice(0, ASKED_NAMED).join(' or ')
    const { why, whom } = NOT_ALLOWED[what]
    const parsed = parseRotationLabel(label ?? '')
    const read = parsed === null ? '' : ` You may read it: /rotation show ${rotationLabel(parsed)}.`
    return `${why} Ask ${named || whom}.${read}`
  },
  'not-a-member': () =>
    'You may not use this: only full members of this workspace may, not guests, people of other workspaces, bots or deactivated accounts. Ask an operator; with people.readers: everyone in the configuration, guests may read.',
  'permission-unreadable': () =>
    'Slack did not say in time who you are or who is in the permitted user groups, so nothing was done. Try again in a moment.',
  'rotation-closed': ({ rotation, status, at }) =>
    status === 'promoting' || status === 'retiring'
      ? `${rotationLabel(rotation)} is signed by both roles, so its steps and signatures can no longer be changed.`
      : `${rotationLabel(rotation)} ${CLOSED_WORDS[status]} on ${utc(at)} and can no longer be changed. Start a new rotation with /rotation start.`,
  'empty-scope': () =>
    'No token in the registry matches this scope. Choose other environments or agents, or add the token to the registry.',
  'token-in-open-rotation': ({ tokens, incident }) => {
    const named = [...Map.groupBy(tokens, ({ rotation }) => rotation)].map(([rotation, taken]) => {
      const labels = list(taken.map(({ label }) => sanitizePlainText(label, 180)))
      return `${taken.length > TAKEN_NAMED ? plural(taken.length, 'token') : labels} in ${rotationLabel(rotation)}`
    })
    return `A token can be in only one open rotation, and some already are: ${list(named, 9)}. ${
      incident
        ? 'Choose what to do with that rotation (in the form of /rotation incident; a drill never changes it), or leave these tokens out.'
        : 'Leave them out, or finish that rotation first.'
    }`
  },
  'opened-meanwhile': ({ rotations }) => {
    const one = rotations.length === 1
    return `${list(rotations.map(rotationLabel))} ${one ? 'was' : 'were'} opened after this form, so ${one ? 'it was' : 'they were'} not superseded, and no incident was opened. Close this form, look at ${one ? 'its card' : 'their cards'}, and open it again if you still want to supersede ${one ? 'it' : 'them'}.`
  },
  'already-incident': ({ rotation, trigger, severity, at }) =>
    `${shortName({ id: rotation, trigger, severity })} is already open for this (${TRIGGER_TITLES[trigger]}, since ${utc(at)}), so no second incident was opened. Add what you observed to its thread. To change the open incident, choose a higher severity or another trigger.`,
  'raise-too-late': ({ rotation }) =>
    `${rotationLabel(rotation)} cannot become the incident: its workflow has started, so the new versions may have leaked too. Choose to supersede it; everything is then rotated again.`,
  'unreadable-registry': ({ reason }) =>
    `The token registry could not be read, so nothing was started: ${sanitizePlainText(reason, 500)} Fix this, then try again.`,
  'records-not-compared': ({ reason }) =>
    `The bot could not compare its database with the rotation log yet, so nothing was started: ${sanitizePlainText(reason, 500)} It tries again every minute.`,
  'step-not-open': ({ step, waitsFor }) =>
    waitsFor.length > 0
      ? `${capital(stepName(step))}, is not open yet: it waits for ${steps(waitsFor)}.`
      : `${capital(stepName(step))}, is not open: it is already done, or the rotation has changed. Check the card.`,
  'step-completed': ({ step, by, at }, names) =>
    `${capital(stepName(step))}, was completed by ${name(by, names)} on ${utc(at)}, so nothing was started. Close this and continue from the card.`,
  'step-done-by-other': ({ step, by, at }, names) =>
    `${name(by, names)} already completed ${stepName(step)}, on ${utc(at)}. Your input was not saved. Close this and continue from the card.`,
  'attestation-missing': ({ missing }) =>
    `Not everything is confirmed. Check these, then tick them: ${list(missing.map((each) => `"${sanitizePlainText(each, 300)}"`))}`,
  'attestation-unknown': ({ step, ids }) =>
    `${capital(stepName(step))}, does not ask for ${list(ids.map((each) => `"${sanitizePlainText(each, 100)}"`))}, so nothing was saved. Close this, open the step again from the card, and tick what it shows.`,
  'attestations-changed': ({ step }) =>
    `What ${stepName(step)}, asks you to confirm changed after you opened this form, because the configuration changed. Close it, open the step again from the card, and read the sentences before you tick them.`,
  'checks-not-run': ({ titles }) =>
    `${plural(titles.length, 'check')} without a result yet; see above. Wait, or press "Run checks".`,
  'checks-stale': ({ minutes }) =>
    `The checks are ${plural(minutes, 'minute')} old and may be out of date. Press "Run again", then submit.`,
  'checks-not-passed': ({ results }) => `${plural(results.length, 'check')} did not pass; see above.`,
  'break-glass-refused': ({ rotation, why }) => BREAK_GLASS_PROBLEMS[why](rotationLabel(rotation)),
  'log-not-signed': () =>
    'The rotation log is not signed, so the promotion gate trusts no row of it. Set ROTATION_SIGNING_KEY first: docs/signing-key.md.',
  'waiver-time': ({ days }) =>
    `A release can be let pass from now until at most ${plural(days, 'day')} from now. Choose a time in between.`,
  'own-release': ({ rotation }) =>
    `You worked on ${rotationLabel(rotation)}, or sign for somebody who did, and its tokens are in this environment, so you may not let its release pass. Ask another approver.`,
  'no-login': () =>
    'Signatures are confirmed on GitHub here, and the configuration does not say who you are there. Ask for a line under people.github with your Slack id and your login.',
  'not-promoting': ({ environment }) =>
    environment === ''
      ? 'Nothing is being promoted, so there is no approval to withdraw. The card shows what the rotation waits for.'
      : `Nothing is deployed to ${sanitizePlainText(environment, 100)} now: both roles have not signed yet, or it is verified already. The card shows what the rotation waits for.`,
  'unknown-environment': ({ environment }) =>
    `The configuration has no environment “${sanitizePlainText(environment, 100)}”. Add it under environments, or open the step again.`,
  'typed-credential': ({ kind }) =>
    `Your command contains what looks like ${kind}. Nothing was done or stored. Type it again without that, and revoke the credential if it is real: one that was typed into a chat counts as leaked.`,
  'not-in-scope': ({ environment }) =>
    `No token of ${sanitizePlainText(environment, 100)} is in this rotation, so nothing is deployed there. Open the step again: it shows where this rotation deploys.`,
  'window-closed': ({ environment, ...barred }) =>
    environment === null
      ? `No rotation is started now: ${waitWords(barred)} If a token may have leaked, use /rotation incident, which never waits.`
      : `Nothing is deployed to ${sanitizePlainText(environment, 100)} now: ${waitWords(barred)} Only an incident, or one whose old tokens the issuer revokes before that, is deployed earlier, with a reason.`,
  'window-reason-missing': ({ environment, ...barred }) =>
    `Nothing is deployed to ${sanitizePlainText(environment, 100)} now without a reason: ${waitWords(barred)} Write why it cannot wait; open the form again if it does not ask.`,
  'run-not-found': ({ rotation }) =>
    `This run is not among those that can be made part of ${rotationLabel(rotation)}. Close this and open it again to see which ones there are.`,
  'run-failed': ({ runId }) =>
    `Run ${runId} did not succeed, so it is of no use to the rotation. Run it again in GitHub, or start one from here.`,
  'run-not-failed': ({ runId }) =>
    `Run ${runId} is not a failed run of this step any more: it was run again, or another one was started. Close this and look at the step.`,
  'environment-missing': ({ runId }) =>
    `GitHub does not say which environment run ${runId} deployed to. Look it up in the run’s log, and choose the environment.`,
  'unsigned-version-current': ({ environment, rotation }) =>
    `Nothing was deployed: ${sanitizePlainText(environment, 100)} would also get the new version of ${rotationLabel(rotation)}, which nobody has signed. Have ${rotationLabel(rotation)} signed or aborted first.`,
  'promotes-at-once': ({ environments, titles }) =>
    `The workflow was not started: agents in ${list(environments.map((each) => sanitizePlainText(each, 100)))} read their tokens while they run, so starting it promotes ${environments.length === 1 ? 'this environment' : 'these environments'} before anybody has signed. To do so nevertheless, record a manual step for ${list(titles.map((each) => `"${sanitizePlainText(each, 100)}"`))} with the reason; both approvers see it first.`,
  'environment-waits': ({ environment, before }) =>
    `Environments are deployed to one after the other: ${sanitizePlainText(environment, 100)} waits until ${sanitizePlainText(before, 100)} is verified. Deploy to ${sanitizePlainText(before, 100)} first.`,
  'unlisted-environments': ({ tokens }) =>
    `The configuration does not list the environment of ${list(
      tokens.map((each) => sanitizePlainText(each, 100)),
      9,
    )}, so the bot cannot tell how it is deployed to and verified. Add it under environments, or leave these tokens out.`,
  'run-in-progress': ({ kind, environment, url, isSame }) => {
    const title = runTitle({ kind, environment }, sanitizePlainText)
    const where = url ? `: ${sanitizePlainText(url, 300)}` : '.'
    return isSame
      ? `${title} is already running, so it was not started again${where} Wait until it ends.`
      : `${title} is still running, so nothing was done${where} Wait until it ends, then try again.`
  },
  'steps-open': ({ steps: open }) =>
    `Sign-off is not open yet: ${steps(open)} ${open.length === 1 ? 'is' : 'are'} not done.`,
  'owner-cannot-sign': () =>
    'You own or owned this rotation, and owners cannot sign off their own work. Somebody else with this role must sign.',
  'worker-cannot-sign': ({ steps: worked, did }) =>
    `You ${list(worked.length > 0 ? [`worked on ${steps(worked)}`] : did.map((each) => WORK_WORDS[each]))}, so you cannot sign. Somebody else with this role must sign.`,
  'holder-cannot-sign': ({ holder, why }, names) =>
    `You would sign on behalf of ${name(holder, names)}, who ${HOLDER_WORDS[why]} and cannot sign this rotation, so their delegate cannot either. Somebody else with this role must sign.`,
  'same-person-twice': ({ role }) =>
    `You or your delegate already signed as ${ROLE_TITLES[role]}. The two signatures must come from two people.`,
  'already-signed': ({ role, by, at }, names) =>
    `${name(by, names)} already signed as ${ROLE_TITLES[role]}, on ${utc(at)}. No further signature is needed for this role.`,
  'content-changed': () =>
    'The rotation changed after you opened this form, so your signature would cover something you did not see. Close it, open it again and review the changes.',
  'not-shown': ({ role }) =>
    `This was not shown to you for the signature as ${ROLE_TITLES[role]}, so it was not signed. Press “Sign as ${ROLE_TITLES[role]}” on the card, and sign what opens.`,
  'no-longer-true': ({ results }) =>
    `${plural(results.length, 'check')} that had passed ${results.length === 1 ? 'does' : 'do'} not pass now, so nothing was signed. ${checkList(results)}. Fix this and open the form again, or press Reject on the card to reopen the step.`,
  'reason-missing': () =>
    'The reason is empty. Write one sentence about what happened; it is kept in the record.',
  'steps-missing': () => 'No step is ticked. Tick at least one step to reopen.',
  'check-needs-no-exception': ({ title }) =>
    `${title === null ? 'This check' : `"${title}"`} needs no manual step now: it passed, has not run, or its step is not open. Check the card.`,
  'already-owner': () => 'This person already owns the rotation. Choose somebody else, or cancel.',
  'signed-meanwhile': () =>
    'This rotation already has a signature that covers its current owner. Wait for the other signature, or ask for a rejection first.',
  'unknown-escalation': () => 'This escalation does not exist. The card shows the open ones.',
  'escalation-already-resolved': ({ at }) =>
    `This was already resolved on ${utc(at)}. The card shows what is open now.`,
  'already-acknowledged': ({ by, at }, names) =>
    `${name(by, names)} already acknowledged this on ${utc(at)}. Contact them in the thread.`,
  'nothing-to-revoke': ({ rotation }) =>
    `Some of these old versions of ${rotationLabel(rotation)} are already resolved, so nothing was recorded. Close this and open it again to see what is left.`,
  'still-alive': ({ versions }) =>
    `The secrets manager shows ${list(
      versions.map((each) => sanitizePlainText(each, 100)),
      9,
    )} as readable and labelled, so nothing was recorded. Revoke the old version at its issuer, remove its label or let the workflow tag it, then open this again.`,
  'nothing-to-roll-back': ({ rotation }) =>
    `These are no old versions that tokens of ${rotationLabel(rotation)} had before, so nothing was changed. Close this and open it again to see what can be rolled back.`,
  'rollback-by-workflow': ({ rotation }) =>
    `The rotation workflow revokes the old versions of ${rotationLabel(rotation)} by itself, so the bot cannot go back to them. Start a new rotation with /rotation start.`,
  'cannot-roll-back': ({ versions, possible }) => {
    const named = versions.map(({ label, why }) => `${sanitizePlainText(label, 180)}: ${OBSTACLE_WORDS[why]}`)
    const rest =
      possible > 0
        ? `Leave ${versions.length === 1 ? 'it' : 'them'} out; ${plural(possible, 'other token')} can be rolled back.`
        : 'Start a new rotation with /rotation start.'
    return `Nothing was rolled back. ${list(named, 9)}. ${rest}`
  },
  'nothing-to-extend': ({ rotation }) =>
    `${rotationLabel(rotation)} has no old version whose deadline can be extended: all are revoked, or they leaked. /rotation revocations lists what is left.`,
  'not-hours': () => 'This is not a number of hours. Write a whole number of at least 1.',
  'extension-too-short': ({ deadline }) =>
    `The old versions already live until ${utc(deadline)}, so nothing was changed. Choose more hours, or cancel.`,
  'extension-too-long': ({ latest, days }) =>
    `Old versions live at most ${plural(days, 'day')} after their replacement, so not longer than ${utc(latest)}. Choose fewer hours, or revoke them now.`,
  'not-a-day': ({ text }) =>
    text.trim() === ''
      ? 'No end date given. Add the last day, such as 2026-12-03.'
      : `"${sanitizePlainText(text, 40)}" is not a date. Write it as year, month and day, such as 2026-12-03.`,
  'day-past': ({ text, timeZone, earliest }) =>
    `"${sanitizePlainText(text, 40)}" is too early. Choose ${earliest} (${timeZone}) or a later day.`,
  'day-too-far': ({ text, days, latest }) =>
    `"${sanitizePlainText(text, 40)}" is more than ${plural(days, 'day')} away. Choose a day up to ${latest}.`,
  'nothing-due': ({ rotations }) =>
    rotations.length > 0
      ? `These tokens are already being rotated, in ${list(rotations.map(rotationLabel), 5)}. Nothing was started. Type /rotation status to see what else is due.`
      : 'These tokens are no longer due, so there is nothing to start here. Type /rotation status to see what is due, or /rotation start to rotate some all the same.',
  'nothing-to-snooze': () =>
    'None of these reminders can be snoozed: they are already resolved, or belong to an incident. Nothing was changed.',
  'delegate-not-eligible': (details) => DELEGATE_PROBLEMS[details.why](details),
  'role-unclear': () =>
    'You hold both approver roles. Add the role, such as /rotation delegate @user until 2026-12-03 devops-lead.',
  'no-delegation': () => 'You have no active delegation, so there is nothing to end.',
  'changed-meanwhile': () =>
    'Somebody else changed the rotation at the same time, and your change was not saved. Check the card and try again.',
  'database-busy': () =>
    'The database is busy or cannot be reached. Nothing was changed. Try again in a few seconds; if that does not help, tell whoever runs the bot.',
  'too-many': ({ seconds }) =>
    `That was a lot at once, so this one was not carried out. Try again in ${plural(seconds, 'second')}.`,
  'older-version': () =>
    'This message is from an older version of the bot, and nothing was changed. Type /rotation status for the open rotations, and continue from their cards.',
}

/**
 * The sentence for a refusal, as plain text for a field, a message or a modal. For mrkdwn, apply `escapeText`.
 */
export function wordRefusal(refusal: Refusal, names: Names): string {
  const word = <Code extends RefusalCode>(code: Code, details: Refusals[Code]) =>
    SENTENCES[code](details, names)
  return clip(word(refusal.code, refusal.details), SENTENCE_LENGTH)
}
