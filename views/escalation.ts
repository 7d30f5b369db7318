import type { Button } from '@slack/types'
import { type Escalation, isAutomatic, isOpenEscalation } from '#domain/on-call/escalation'
import { CAUSE_TITLES } from '#domain/on-call/escalation-cause'
import { BOT_ACTOR } from '#domain/rotation/events'
import { type Instant, rotationLabel } from '#domain/rotation/rotation'
import { actions, button, type Message, section } from './blocks.ts'
import { CHECK_WORDS, exceptionFor } from './check-lines.ts'
import { ACTIONS, escalationValue } from './ids.ts'
import { pack } from './pack.ts'
import type { Names, RotationState } from './state.ts'
import { escapeUntrusted, link, mention, when } from './text.ts'
import { headline, shortName, turnWords, who } from './words.ts'

export interface EscalationOptions {
  escalation: Escalation
  /** Who is rung: ids of user groups or people. */
  oncall: string[]
  /** What people must know of who is on call, each a sentence. */
  remarks: string[]
}

/** `R42 needs DevOps on-call now: P1, a workflow failed` */
export function escalationWords(
  state: RotationState | null,
  { cause, severity, notifies }: Escalation,
): string {
  const subject = state ? shortName(state.rotation) : 'A capability token'
  const verb = notifies ? 'needs DevOps on-call now' : 'would call DevOps on-call now'
  return `${subject} ${verb}: ${severity}, ${CAUSE_TITLES[cause]}`
}

/**
 * Rings the people on call in the rotation's thread (the runbook's Exception Handling), and says who has it.
 *
 * @param state null when no rotation is concerned
 */
export function escalation(
  state: RotationState | null,
  { escalation: call, oncall, remarks }: EscalationOptions,
  names: Names,
  now: Instant,
): Message {
  const ring = oncall.length > 0 ? `${oncall.map(mention).join(' ')} ` : ''
  const what = escalationWords(state, call)
  const reason = call.reason.trim() ? escapeUntrusted(call.reason, 1000) : 'No reason was given.'
  return {
    text: `${ring}${what}. ${call.reason.trim() ? escapeUntrusted(call.reason, 500) : 'No reason was given.'}`,
    blocks: [
      ...pack([
        `${call.notifies ? '☎ ' : ''}${ring}*${what}*`,
        ...nobodyLines(call, oncall),
        ...remarks.map((remark) => `⚠ ${escapeUntrusted(remark, 300)}`),
        call.cause === 'requested' && !call.reason.trim() ? reason : `Why: ${reason}`,
        ...(call.cause === 'revocation-overdue' ? [REVOKE_ADVICE] : []),
        ...(state ? stateLines(state, names, now) : []),
        `${callerWords(call, names)}${state?.permalink ? ` · ${link(state.permalink, 'Open card')}` : ''}`,
        openEscalationWords(call, names),
      ]).map((text) => section(text)),
      ...actions(buttons(call), 'escalation-actions'),
    ],
  }
}

const REVOKE_ADVICE =
  'Whoever holds an old token can still use it. Revoke it at its issuer: the bot looks again and says when it is gone. Where the secrets manager cannot show it, record what you did.'

function nobodyLines({ notifies }: Escalation, oncall: string[]): string[] {
  if (!notifies) return ['Nobody is rung: this is a drill, and it was opened without calling anybody.']
  return oncall.length > 0
    ? []
    : ['Nobody was rung here: the configuration names no on-call group (people.on-call).']
}

const stateLines = (state: RotationState, names: Names, now: Instant): string[] => {
  const turn = turnWords(state, names, false)
  return [
    ...troubleLines(state),
    `${headline(state.rotation, now)}${turn ? ` · waiting for ${turn.who}: ${turn.what}` : ''}`,
  ]
}

const callerWords = ({ openedBy, openedAt }: Escalation, names: Names): string =>
  openedBy === BOT_ACTOR
    ? `Called by the bot, ${when(openedAt)}`
    : `Called by ${who(openedBy, names)}, ${when(openedAt)}`

/** Who has it, or how it ended. */
export function openEscalationWords(call: Escalation, names: Names): string {
  const page = call.pageUrl ? ` · ${link(call.pageUrl, 'page')}` : ''
  if (!isOpenEscalation(call))
    return `✓ Over since ${when(call.resolvedAt ?? call.openedAt)}: ${escapeUntrusted(call.resolvedReason ?? '', 300)}${page}`
  if (call.acknowledgedAt && call.acknowledgedBy)
    return `✓ ${who(call.acknowledgedBy, names)} has it, since ${when(call.acknowledgedAt)}${page}`
  if (call.pageState === 'resolved')
    return `⚠ Its page was closed by hand, and the cause is still there${page}`
  if (!call.notifies) return 'Nobody has to answer.'
  return `*Nobody has it yet.*${call.pageState === 'triggered' ? ' Paged.' : ''}${page}`
}

function buttons(call: Escalation): Button[] {
  if (!isOpenEscalation(call) || !call.notifies) return []
  const value = escalationValue(call.id)
  return [
    ...(call.cause === 'revocation-overdue' && call.rotationId !== null
      ? [button('Record revocation', ACTIONS.recordRevocation, rotationLabel(call.rotationId))]
      : []),
    ...(call.acknowledgedAt ? [] : [button('Acknowledge', ACTIONS.acknowledge, value, 'primary')]),
    ...(isAutomatic(call.cause) || call.cause === 'tokens-overdue' || call.cause === 'incident'
      ? []
      : [button('It is dealt with', ACTIONS.standDown, value)]),
  ]
}

const TROUBLES_SHOWN = 4

/** The checks that do not pass and are not carried past: where to look first. */
const troubleLines = (state: RotationState): string[] =>
  state.checks
    .filter(({ check, state: result }) => result !== 'passed' && !exceptionFor(state, check))
    .slice(0, TROUBLES_SHOWN)
    .map(({ title, state: result, sentence }) => {
      const { sign, word } = CHECK_WORDS[result]
      return `${sign} ${title} – ${word}: ${escapeUntrusted(sentence, 250)}`
    })
