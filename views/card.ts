import type { KnownBlock } from '@slack/types'
import { CAUSE_TITLES } from '#domain/on-call/escalation-cause'
import { pendingRevocations } from '#domain/revocations/revocation'
import { isBreakGlass } from '#domain/rotation/break-glass'
import {
  allStepsDone,
  approvals,
  type Instant,
  isClosed,
  isIncident,
  isRunning,
  latestRun,
  ROLE_TITLES,
  ROLES,
  type Rotation,
  type Step,
} from '#domain/rotation/rotation'
import { stepDefinition } from '#domain/rotation/steps'
import { openSteps } from '#domain/rotation/turn'
import { actions, context, header, type Message, section } from './blocks.ts'
import { breakGlassLines } from './break-glass.ts'
import { cardActions } from './card-actions.ts'
import { checksSummary, definitionsOf, exceptionFor } from './check-lines.ts'
import { confirmationLine } from './confirmation.ts'
import { environmentsLine, promotionBlocks } from './environments.ts'
import { openEscalationWords } from './escalation.ts'
import { oldTokensLine } from './old-tokens.ts'
import { refusedLines } from './refused-agents.ts'
import { rollbackLines } from './rollback.ts'
import type { Names, RotationState } from './state.ts'
import { escapeUntrusted, link, plural, sentenceCase, toPlainText } from './text.ts'
import { duration, millisBetween, when } from './times.ts'
import { whyUndelivered } from './undelivered.ts'
import { waiverLines } from './waiver.ts'
import {
  delegateOfWords,
  headline,
  progressWords,
  RUN_STATES,
  renewalWords,
  revocationWords,
  rotationWords,
  runLink,
  staleWords,
  turnWords,
  who,
} from './words.ts'

/**
 * The rotation's main message, edited in place until it is closed: header, whose turn it is, steps, sign-offs,
 * buttons and context.
 */
export function card(state: RotationState, names: Names, now: Instant): Message {
  const { rotation } = state
  const blocks: KnownBlock[] = [
    header(toPlainText(`${isRealIncident(rotation) ? ':rotating_light: ' : ''}${headline(rotation, now)}`)),
    ...(isIncident(rotation) ? [DIVIDER] : []),
    section([turnLine(state, names), ...incidentLines(state, names, now)]),
    section(rotation.steps.map((step) => stepLine(state, step, names))),
    section([
      ...signOffLines(rotation, names),
      ...(state.confirmations ?? []).map((each) => confirmationLine(each, names)),
    ]),
    section([environmentsLine(state), ...oldTokensLines(state, now)]),
    ...promotionBlocks(state, now),
    ...actions(cardActions(state, now), 'card-actions'),
    ...context(contextLines(state, names)),
  ]
  return { text: cardText(state, names, now), blocks }
}

const DIVIDER = { type: 'divider' } as const

const isRealIncident = (rotation: Rotation): boolean =>
  isIncident(rotation) && rotation.trigger !== 'chaos-drill'

/** The card as one line, for notifications and lists of rotations. */
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

/** The promotion freeze of an incident, and the open escalations. */
function incidentLines(state: RotationState, names: Names, now: Instant): string[] {
  const { rotation, escalations } = state
  const calls = escalations.slice(0, CALLS_SHOWN).map((call) => {
    const notified = call.notifies ? 'On-call notified' : 'Drill: on-call not notified'
    return `☎ *${notified}* (${call.severity}, ${CAUSE_TITLES[call.cause]}) ${when(call.openedAt)} · ${openEscalationWords(call, names)}`
  })
  const left = escalations.length - calls.length
  return [
    ...refusedLines(state),
    ...(isIncident(rotation) && rotation.status === 'open'
      ? [...leakedLines(rotation), closedWords(rotation)].filter(Boolean)
      : []),
    ...waiverLines(ownWaivers(state), names, now),
    ...breakGlassLines(state, names),
    ...rollbackLines(state, names),
    ...calls,
    ...(left > 0 ? [`☎ and ${plural(left, 'more escalation')}`] : []),
  ]
}

/** Of the environments of its tokens, while they are not approved. */
const ownWaivers = ({ rotation, waivers = [] }: RotationState) =>
  isClosed(rotation)
    ? []
    : waivers.filter(({ environment }) => rotation.tokens.some((token) => token.environment === environment))

/** Production promotion is closed while an incident is open. */
function closedWords(rotation: Rotation): string {
  const drill = rotation.trigger === 'chaos-drill' ? 'DRILL, treated like a real incident: ' : ''
  const promotion = isBreakGlass(rotation)
    ? ''
    : `${sentenceCase(`${drill}promotion to production is blocked until both roles have signed.`)} `
  // Where the line before says it already, nothing more.
  const isSaid = leakedLines(rotation).length > 0 && rotation.disableNowBy !== null
  return `${promotion}${isSaid ? '' : `Old versions: ${revocationWords(rotation)}.`}`.trim()
}

/** A version that leaked is replaced only by step 3, whatever was chosen for it. */
function leakedLines({ trigger, tokens, disableNowBy }: Rotation): string[] {
  const left = tokens.filter((token) => token.newVersionId === null).length
  if (trigger !== 'credential-anomaly' || left === 0) return []
  const [versions, made, they] =
    left === 1
      ? ['The version that leaked still works', 'a new one', 'It is']
      : [`${left} versions that leaked still work`, 'new ones', 'They are']
  const then = disableNowBy === null ? '' : ` ${they} disabled as soon as that is done.`
  return [`⚠ *${versions}* until step 3 has made ${made}.${then}`]
}

/** How a closed rotation ended. */
export function resultWords(rotation: Rotation): string {
  const end = rotation.closedAt ?? rotation.openedAt
  const took = `after ${duration(millisBetween(rotation.openedAt, end))}`
  if (rotation.status === 'complete') return `complete ${took}: signed by both roles, old versions revoked`
  if (rotation.status !== 'aborted') return 'signed by both roles'
  return `aborted ${took}: ${escapeUntrusted(rotation.closedReason ?? '', 400)}`
}

/** What had already happened when the rotation was aborted; nothing is undone. */
function stateAtAbort(rotation: Rotation, step: Step): string {
  const run = latestRun(rotation, 'rotate')
  if (step.id !== 'rotation-execution' || !run) return ''
  if (run.finishedAt && run.finishedAt > (rotation.closedAt ?? ''))
    return ` · the workflow ended after the abort: ${renewalWords(rotation)} (${runLink(run)})`
  const still = isRunning(run) ? `; the workflow was still running (${runLink(run)})` : ''
  return ` · at the abort, ${renewalWords(rotation)}${still}`
}

function stepLine(state: RotationState, step: Step, names: Names): string {
  const { number, title } = stepDefinition(step.id)
  const name = `*${number} ${title}*`
  if (step.completion) {
    const { by, at } = step.completion
    const excepted = definitionsOf(state, step.id).filter((check) => exceptionFor(state, check.id)).length
    const proof = [
      checksSummary(state, step.id),
      ...(excepted > 0 ? [plural(excepted, 'exception')] : []),
      `${who(by, names)}, ${when(at)}`,
    ]
    return `${excepted > 0 ? '⚠' : '✓'} ${name} · ${proof.join(' · ')}${staleWords(state.rotation, step)}`
  }
  if (openSteps(state.rotation).includes(step.id)) return `▶ ${name} · ${openDetail(state, step)}`
  if (state.rotation.status !== 'open') return `· ${name} · not done${stateAtAbort(state.rotation, step)}`
  return `· ${number} ${title}`
}

function openDetail(state: RotationState, step: Step): string {
  const summary =
    definitionsOf(state, step.id).length === 0 ? 'to be confirmed by a person' : checksSummary(state, step.id)
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
    return `${ROLE_TITLES[role]} ${by ? `✓ signed by ${who(by.by, names)}${delegateOfWords(by.delegateOf, names)}, ${when(by.at)}` : '– not signed'}`
  })
  const rejection = rotation.signOffs.findLast((each) => each.decision === 'rejected')
  const current = rejection && rejection.round === rotation.round - 1 && rotation.status === 'open'
  return [
    `*Sign-off:* ${roles.join(' · ')}`,
    ...(current
      ? [
          `↩ Rejected by ${who(rejection.by, names)} (${ROLE_TITLES[rejection.role]}${delegateOfWords(rejection.delegateOf, names)}): ${escapeUntrusted(rejection.comment)}`,
        ]
      : []),
  ]
}

/** Until when old versions live, and what an abort has left behind. */
function oldTokensLines(state: RotationState, now: Instant): string[] {
  const line = oldTokensLine(state, now)
  if (line === null) return []
  const left = pendingRevocations(state.revocations).length
  if (state.rotation.status !== 'aborted' || left === 0) return [line]
  return [
    line,
    `⚠ *Left behind by the abort:* ${plural(left, 'old version')}; the bot still tracks ${left === 1 ? 'it' : 'them'}.`,
  ]
}

const UNDELIVERED_SHOWN = 4

function contextLines(state: RotationState, names: Names): string[] {
  const { rotation, undelivered } = state
  // While steps are open every check changes it, and nobody signs it.
  const signable = approvals(rotation).at(-1)?.digest ?? (allStepsDone(rotation) ? state.digest : undefined)
  const facts = [
    `Owner ${who(rotation.ownerId, names)}`,
    `began ${when(rotation.openedAt)}`,
    ...(signable === undefined ? [] : [`digest ${signable.slice(0, 8)}`]),
    ...(state.logUrl ? [link(state.logUrl, 'rotation log')] : []),
    ...(state.ticketUrl ? [link(state.ticketUrl, 'ticket')] : []),
  ]
  const waiting = undelivered
    .slice(0, UNDELIVERED_SHOWN)
    .map(
      (job) => `⚠ Not yet delivered: ${escapeUntrusted(job.what, 100)}: ${whyUndelivered(job)}; will retry`,
    )
  const left = undelivered.length - waiting.length
  return [
    facts.join(' · '),
    ...(rotation.reason.trim() ? [`Reason: ${escapeUntrusted(rotation.reason)}`] : []),
    ...waiting,
    ...(left > 0 ? [`⚠ ${plural(left, 'more message')} not yet delivered`] : []),
  ]
}
