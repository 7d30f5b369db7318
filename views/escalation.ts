import type { Button } from '@slack/types'
import { type Escalation, isAutomatic, isOpenEscalation } from '#domain/on-call/escalation'
import { CAUSE_TITLES } from '#domain/on-call/escalation-cause'
import { PAGED_AGAIN } from '#domain/on-call/escalation-end'
import { BOT_ACTOR } from '#domain/rotation/events'
import { type Instant, isWaitingCheck } from '#domain/rotation/rotation'
import { actions, button, type Message, section } from './blocks.ts'
import { adviceButtons, adviceFor } from './call-advice.ts'
import { CHECK_WORDS, exceptionFor } from './check-lines.ts'
import { ACTIONS, escalationValue } from './ids.ts'
import { oldTokensLine } from './old-tokens.ts'
import { pack } from './pack.ts'
import type { Names, RotationState } from './state.ts'
import { escapeUntrusted, link, mention } from './text.ts'
import { sentenceOf, when } from './times.ts'
import { scopeWords, shortName, turnWords, who } from './words.ts'

export interface EscalationOptions {
  escalation: Escalation
  /** Who is notified: ids of user groups or people. */
  oncall: string[]
  /** Warnings about the on-call list, each a sentence. */
  remarks: string[]
}

/** `R42 needs DevOps on-call now: P1, a workflow failed` */
export function escalationWords(
  state: RotationState | null,
  { cause, severity, notifies }: Escalation,
): string {
  const subject = state ? shortName(state.rotation) : 'A capability token'
  const verb = notifies ? 'needs DevOps on-call now' : 'would notify DevOps on-call now'
  const named = subject.includes(severity) ? '' : `${severity}, `
  return `${subject} ${verb}: ${named}${cause === 'incident' && state ? scopeWords(state.rotation.tokens) : CAUSE_TITLES[cause]}`
}

/**
 * Notifies the people on call in the rotation's thread (the runbook's Exception Handling), and shows who acknowledged.
 *
 * @param state null when no rotation is concerned
 */
export function escalation(
  state: RotationState | null,
  { escalation: call, oncall, remarks }: EscalationOptions,
  names: Names,
  now: Instant,
): Message {
  const mentions = oncall.length > 0 ? `${oncall.map(mention).join(' ')} ` : ''
  const what = escalationWords(state, call)
  const reason = call.reason.trim() ? sentenceOf(call.reason, 1000) : 'No reason was given.'
  return {
    text: `${mentions}${what}. ${call.reason.trim() ? sentenceOf(call.reason, 500) : 'No reason was given.'}`,
    blocks: [
      ...pack([
        `${call.notifies ? '☎ ' : ''}${mentions}*${what}*`,
        call.cause === 'requested' && !call.reason.trim() ? reason : `*Why:* ${reason}`,
        ...notNotifiedLines(call, oncall),
        ...remarks.map((remark) => `⚠ ${escapeUntrusted(remark, 300)}`),
        ...(state ? adviceLines(call, state, now) : []),
        ...(state ? stateLines(state, names) : []),
        `${callerWords(call, names)}${state?.permalink ? ` · ${link(state.permalink, 'Open card')}` : ''}`,
        openEscalationWords(call, names),
      ]).map((text) => section(text)),
      ...actions(buttons(call, state, now), 'escalation-actions'),
    ],
  }
}

/** Until when old versions live and what to do, while somebody is called about them. */
const adviceLines = (call: Escalation, state: RotationState, now: Instant): string[] => {
  const advice = isOpenEscalation(call) ? adviceFor(call.cause, state) : null
  const oldTokens = advice === null ? null : oldTokensLine(state, now)
  return [...(oldTokens ? [oldTokens] : []), ...(advice === null ? [] : [`→ ${advice}`])]
}

function notNotifiedLines({ notifies }: Escalation, oncall: string[]): string[] {
  if (!notifies) return ['Nobody is notified: this is a drill that was opened without paging.']
  return oncall.length > 0
    ? []
    : ['Nobody was notified here: no on-call group is configured (people.on-call).']
}

const stateLines = (state: RotationState, names: Names): string[] => {
  const turn = turnWords(state, names, false)
  return [...failedCheckLines(state), ...(turn ? [`Waiting for ${turn.who}: ${turn.what}`] : [])]
}

const callerWords = ({ openedBy, openedAt }: Escalation, names: Names): string =>
  openedBy === BOT_ACTOR
    ? `Escalated by the bot, ${when(openedAt)}`
    : `Escalated by ${who(openedBy, names)}, ${when(openedAt)}`

/** Who acknowledged it, or how it was resolved. */
export function openEscalationWords(call: Escalation, names: Names): string {
  const page = call.pageUrl ? ` · ${link(call.pageUrl, 'page')}` : ''
  if (call.resolvedReason === PAGED_AGAIN)
    return `↻ Not acknowledged; paged again ${when(call.resolvedAt ?? call.openedAt)}${page}`
  if (!isOpenEscalation(call))
    return `✓ Resolved ${when(call.resolvedAt ?? call.openedAt)}: ${escapeUntrusted(call.resolvedReason ?? '', 300)}${page}`
  if (call.acknowledgedAt && call.acknowledgedBy)
    return `✓ Acknowledged by ${who(call.acknowledgedBy, names)}, ${when(call.acknowledgedAt)}${page}`
  if (call.pageState === 'resolved')
    return `⚠ The page was resolved in the pager, but the cause remains${page}`
  if (!call.notifies) return 'No acknowledgement needed.'
  return `*${call.pageState === 'triggered' ? 'Paged; not acknowledged yet.' : 'Not acknowledged yet.'}*${page}`
}

function buttons(call: Escalation, state: RotationState | null, now: Instant): Button[] {
  if (!isOpenEscalation(call) || !call.notifies) return []
  const value = escalationValue(call.id)
  return [
    ...(call.acknowledgedAt ? [] : [button('Acknowledge', ACTIONS.acknowledge, value, 'primary')]),
    ...(state ? adviceButtons(call.cause, state, now) : []),
    ...(isAutomatic(call.cause) || call.cause === 'tokens-overdue' || call.cause === 'incident'
      ? []
      : [button('Mark resolved', ACTIONS.standDown, value)]),
  ]
}

const TROUBLES_SHOWN = 4

/** The checks that did not pass and have no exception, without those that wait for them. */
const failedCheckLines = (state: RotationState): string[] =>
  state.checks
    .filter(
      (result) => result.state !== 'passed' && !isWaitingCheck(result) && !exceptionFor(state, result.check),
    )
    .slice(0, TROUBLES_SHOWN)
    .map(({ title, state: result, sentence }) => {
      const { sign, word } = CHECK_WORDS[result]
      return `${sign} ${title} – ${word}: ${escapeUntrusted(sentence, 250)}`
    })
