import type { Button, KnownBlock } from '@slack/types'
import { CAUSE_TITLES } from '#domain/on-call/escalation-cause'
import { isOverdue, pendingRevocations } from '#domain/revocations/revocation'
import {
  approvals,
  type Instant,
  isIncident,
  isRunning,
  latestRun,
  ROLE_TITLES,
  ROLES,
  type Rotation,
  rotationLabel,
  type Step,
} from '#domain/rotation/rotation'
import { stepDefinition } from '#domain/rotation/steps'
import { missingRoles, openSteps, waitsFor } from '#domain/rotation/turn'
import { actions, button, context, header, type Message, plain, section } from './blocks.ts'
import { checksSummary, checksToCarryPast, definitionsOf, exceptionFor } from './check-lines.ts'
import { openEscalationWords } from './escalation.ts'
import { ACTIONS } from './ids.ts'
import { LIMITS } from './limits.ts'
import { revocationSummary } from './revocation-lines.ts'
import type { Names, RotationState } from './state.ts'
import { duration, escapeUntrusted, link, list, millisBetween, plural, toPlainText, when } from './text.ts'
import {
  headline,
  progressWords,
  RUN_STATES,
  renewalWords,
  revocationWords,
  rotationWords,
  runLink,
  staleWords,
  standInWords,
  turnWords,
  who,
} from './words.ts'

/**
 * The one message that lives as long as its rotation. Header, whose turn it is, the five steps, the sign-offs,
 * what can be done now, and small print.
 */
export function card(state: RotationState, names: Names, now: Instant): Message {
  const { rotation } = state
  const blocks: KnownBlock[] = [
    header(toPlainText(headline(rotation, now))),
    section([turnLine(state, names), ...incidentLines(state, names)]),
    section(rotation.steps.map((step) => stepLine(state, step, names))),
    section(signOffLines(rotation, names)),
    ...revocationBlocks(state, now),
    ...actions(buttons(state), 'card-actions'),
    ...context(smallPrint(state, names)),
  ]
  return { text: cardText(state, names, now), blocks }
}

/** The card in one sentence, for notifications and for the status of several rotations. */
export function cardText(state: RotationState, names: Names, now: Instant): string {
  const turn = turnWords(state, names, false)
  const wanted = turn ? `waiting for ${turn.who}: ${turn.what}` : resultWords(state.rotation)
  return `${headline(state.rotation, now)} · ${wanted} · ${progressWords(state.rotation)}`
}

function turnLine(state: RotationState, names: Names): string {
  const turn = turnWords(state, names, true)
  return turn ? `*Waiting for ${turn.who}:* ${turn.what}` : `*${sentenceCase(resultWords(state.rotation))}*`
}

const CALLS_SHOWN = 4

/** What an incident means for others, and who was called. */
function incidentLines({ rotation, escalations }: RotationState, names: Names): string[] {
  const calls = escalations.slice(0, CALLS_SHOWN).map((call) => {
    const called = call.notifies ? 'On-call was called' : 'On-call would have been called'
    return `☎ *${called}* (${call.severity}, ${CAUSE_TITLES[call.cause]}) ${when(call.openedAt)} · ${openEscalationWords(call, names)}`
  })
  const left = escalations.length - calls.length
  return [
    ...(isIncident(rotation) && rotation.status === 'open' ? [closedWords(rotation)] : []),
    ...calls,
    ...(left > 0 ? [`☎ and ${plural(left, 'more call')}`] : []),
  ]
}

/** Production promotion is closed while an incident is open. */
function closedWords(rotation: Rotation): string {
  const drill = rotation.trigger === 'chaos-drill' ? 'DRILL: as if it were real, ' : ''
  const promotion = `${drill}promotion to production is closed until both roles have signed.`
  return `${promotion.charAt(0).toUpperCase()}${promotion.slice(1)} Old versions: ${revocationWords(rotation)}.`
}

const sentenceCase = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** How a closed rotation ended. */
export function resultWords(rotation: Rotation): string {
  const end = rotation.closedAt ?? rotation.openedAt
  const took = `after ${duration(millisBetween(rotation.openedAt, end))}`
  if (rotation.status === 'approved') return `approved by both roles ${took}`
  return `aborted ${took}: ${escapeUntrusted(rotation.closedReason ?? '', 400)}`
}

/** What an aborted rotation had done already: nothing of it is undone. */
function leftBehind(rotation: Rotation, step: Step): string {
  const run = latestRun(rotation, 'rotate')
  if (step.id !== 'rotation-execution' || !run) return ''
  if (run.finishedAt && run.finishedAt > (rotation.closedAt ?? ''))
    return ` · the workflow ended after it was aborted: ${renewalWords(rotation)} (${runLink(run)})`
  const still = isRunning(run) ? `; the workflow was still running (${runLink(run)})` : ''
  return ` · when it was aborted, ${renewalWords(rotation)}${still}`
}

function stepLine(state: RotationState, step: Step, names: Names): string {
  const { number, title } = stepDefinition(step.id)
  const name = `*${number} ${title}*`
  if (step.completion) {
    const { by, at } = step.completion
    const excepted = definitionsOf(state, step.id).filter((check) => exceptionFor(state, check.id)).length
    const proof = [
      checksSummary(state, step.id),
      ...(excepted > 0 ? [`⚠ ${plural(excepted, 'exception')}`] : []),
    ]
    return `✓ ${name} – done by ${who(by, names)}, ${when(at)} · ${proof.join(' · ')}${staleWords(state.rotation, step)}`
  }
  if (openSteps(state.rotation).includes(step.id)) return `▶ ${name} – now: ${openDetail(state, step)}`
  if (state.rotation.status !== 'open') return `· ${name} – not done${leftBehind(state.rotation, step)}`
  const before = waitsFor(state.rotation, step.id).map((id) => String(stepDefinition(id).number))
  return `· ${name} – waits for ${before.length === 1 ? 'step' : 'steps'} ${list(before)}`
}

function openDetail(state: RotationState, step: Step): string {
  const summary =
    definitionsOf(state, step.id).length === 0 ? 'to be confirmed by hand' : checksSummary(state, step.id)
  if (step.id !== 'rotation-execution') return summary
  const run = latestRun(state.rotation, 'rotate')
  if (!run) return `the ${rotationWords(state.rotatesWith)} has not been started`
  const outcome =
    run.system === 'ci'
      ? `workflow ${RUN_STATES[run.state]} (${runLink(run)})`
      : `${rotationWords(run.system)} ${RUN_STATES[run.state]}`
  return [outcome, renewalWords(state.rotation), ...(isRunning(run) ? [] : [summary])].join(' · ')
}

function signOffLines(rotation: Rotation, names: Names): string[] {
  const signed = approvals(rotation)
  const roles = ROLES.map((role) => {
    const by = signed.find((each) => each.role === role)
    return `${ROLE_TITLES[role]} ${by ? `✓ signed by ${who(by.by, names)}${standInWords(by.delegateOf, names)}, ${when(by.at)}` : '– not signed'}`
  })
  const rejection = rotation.signOffs.findLast((each) => each.decision === 'rejected')
  const current = rejection && rejection.round === rotation.round - 1 && rotation.status === 'open'
  return [
    `*Sign-off:* ${roles.join(' · ')}`,
    ...(current
      ? [
          `↩ Rejected by ${who(rejection.by, names)} (${ROLE_TITLES[rejection.role]}${standInWords(rejection.delegateOf, names)}): ${escapeUntrusted(rejection.comment)}`,
        ]
      : []),
  ]
}

/** While it is open, its third step says so already; what is overdue is said in any case. */
function revocationBlocks({ rotation, revocations }: RotationState, now: Instant): KnownBlock[] {
  const shown = rotation.status === 'open' ? revocations.filter((row) => isOverdue(row, now)) : revocations
  const summary = revocationSummary(shown, now)
  return summary ? [section(summary)] : []
}

/** A slip of the finger must ring nobody at night. */
const escalationConfirm = ({ notifies }: Rotation) => ({
  title: plain('Call DevOps on-call?', LIMITS.confirmTitle),
  text: plain(
    notifies
      ? 'On-call is paged and rung in the thread at once, at severity P1, and the channel sees it.'
      : 'This drill rings nobody: the thread only shows what a call would say.',
    LIMITS.confirmText,
  ),
  confirm: plain(notifies ? 'Call them' : 'Show it', LIMITS.confirmButton),
  deny: plain('Not now', LIMITS.confirmButton),
})

function buttons(state: RotationState): Button[] {
  const { rotation } = state
  const value = rotationLabel(rotation.id)
  const revocation =
    pendingRevocations(state.revocations).length > 0
      ? [button('Record revocation', ACTIONS.recordRevocation, value)]
      : []
  if (rotation.status !== 'open') return revocation
  const missing = missingRoles(rotation)
  const next = [
    ...openSteps(rotation).map((step) => ({
      text: `Open step ${stepDefinition(step).number}`,
      action: ACTIONS.openStep(step),
    })),
    ...missing.map((role) => ({ text: `Sign as ${ROLE_TITLES[role]}`, action: ACTIONS.signOff(role) })),
  ]
  return [
    ...next.map(({ text, action }, index) =>
      button(text, action, value, index === 0 ? 'primary' : undefined),
    ),
    ...(missing.length > 0 ? [button('Reject', ACTIONS.reject, value)] : []),
    ...(checksToCarryPast(state).length > 0
      ? [button('Record manual step', ACTIONS.recordManualStep, value)]
      : []),
    { ...button('Escalate', ACTIONS.escalate, value), confirm: escalationConfirm(rotation) },
    button('Hand off', ACTIONS.handoff, value),
    button('Abort', ACTIONS.abort, value, 'danger'),
  ]
}

const UNDELIVERED_SHOWN = 4

function smallPrint(state: RotationState, names: Names): string[] {
  const { rotation, undelivered, digest } = state
  const facts = [
    `Owner ${who(rotation.ownerId, names)}`,
    `began ${when(rotation.openedAt)}`,
    `evidence ${digest.slice(0, 8)}`,
    ...(state.logUrl ? [link(state.logUrl, 'rotation log')] : []),
  ]
  const waiting = undelivered
    .slice(0, UNDELIVERED_SHOWN)
    .map(
      ({ what, reason }) =>
        `⚠ Not yet delivered: ${escapeUntrusted(what, 100)}: ${escapeUntrusted(reason)}; trying again`,
    )
  const left = undelivered.length - waiting.length
  return [
    facts.join(' · '),
    ...(rotation.reason.trim() ? [`Reason: ${escapeUntrusted(rotation.reason)}`] : []),
    ...waiting,
    ...(left > 0 ? [`⚠ ${plural(left, 'more message')} not yet delivered`] : []),
  ]
}
