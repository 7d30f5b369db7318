import { type Escalation, pageSeverity } from '#domain/on-call/escalation'
import { CAUSE_TITLES } from '#domain/on-call/escalation-cause'
import type { PageEvent } from '#domain/ports/pager'
import { type Instant, rotationLabel } from '#domain/rotation/rotation'
import { tokenLabel } from '#domain/tokens/scope'
import { actions, button, type Message, section } from './blocks.ts'
import { adviceButtons, adviceFor } from './call-advice.ts'
import { escalationWords } from './escalation.ts'
import { ACTIONS, escalationValue } from './ids.ts'
import { pack } from './pack.ts'
import type { Names, RotationState } from './state.ts'
import { escapeUntrusted, link, list, mention, toPlainText } from './text.ts'
import { sentenceOf } from './times.ts'
import { headline, scopeWords, shortName, turnWords, who } from './words.ts'

const SUMMARY_LENGTH = 1_024
const TOKENS_NAMED = 20

/** The page for an escalation, short enough for a phone, with a link to the card. */
export function pageFor(
  escalation: Escalation,
  state: RotationState | null,
  names: Names,
  source: string,
): PageEvent {
  const { pageKey: key, cause, severity, reason, openedAt } = escalation
  const why = reason.trim() ? escapeUntrusted(reason, 700) : 'no reason given'
  return {
    action: 'trigger',
    key,
    summary: toPlainText(`${summaryWords(escalation, state)}: ${why}`)
      .slice(0, SUMMARY_LENGTH)
      .toWellFormed(),
    severity: pageSeverity(severity),
    source,
    component: state ? toPlainText(scopeWords(state.rotation.tokens)) : 'registry',
    cause,
    links: state?.permalink
      ? [{ href: state.permalink, text: `Card of ${rotationLabel(state.rotation.id)}` }]
      : [],
    details: state ? detailsOf(escalation, state, names) : { cause: CAUSE_TITLES[cause], reason },
    at: openedAt,
  }
}

/** `INCIDENT P1 R42, production: a workflow failed`; the name says that it is an incident, and its severity. */
function summaryWords({ cause, severity }: Escalation, state: RotationState | null): string {
  const name = state ? shortName(state.rotation) : ''
  const subject = state ? `${name}, ${scopeWords(state.rotation.tokens)}` : 'Capability tokens'
  const known = [
    ...(name.includes(severity) ? [] : [severity]),
    ...(state && cause === 'incident' ? [] : [CAUSE_TITLES[cause]]),
  ]
  return known.length > 0 ? `${subject}: ${known.join(', ')}` : subject
}

function detailsOf(escalation: Escalation, state: RotationState, names: Names): Record<string, string> {
  const { rotation } = state
  const turn = turnWords(state, names, false)
  const advice = adviceFor(escalation.cause, state)
  return {
    rotation: rotationLabel(rotation.id),
    what: toPlainText(headline(rotation, escalation.openedAt)),
    cause: CAUSE_TITLES[escalation.cause],
    reason: escalation.reason,
    ...(advice && { 'what to do': advice }),
    owner: toPlainText(who(rotation.ownerId, names)),
    tokens: list(rotation.tokens.map(tokenLabel), TOKENS_NAMED),
    ...(turn && { 'waiting for': toPlainText(`${turn.who}: ${turn.what}`) }),
  }
}

/** The direct message to each person on call, when no pager is configured. */
export function onCallMessage(
  escalation: Escalation,
  state: RotationState | null,
  names: Names,
  now: Instant,
): Message {
  const what = escalationWords(state, escalation)
  const turn = state && turnWords(state, names, false)
  const why = escalation.reason.trim() ? sentenceOf(escalation.reason, 1000) : 'No reason was given.'
  const advice = state && adviceFor(escalation.cause, state)
  const decisions = state ? adviceButtons(escalation.cause, state, now) : []
  return {
    text: `☎ You are on call. ${what}`,
    blocks: [
      ...pack([
        `☎ *You are on call. ${what}*`,
        `Why: ${why}`,
        ...(advice ? [`→ ${advice}`] : []),
        ...(state ? [`${shortName(state.rotation)} · ${scopeWords(state.rotation.tokens)}`] : []),
        ...(turn ? [`Waiting for ${turn.who}: ${turn.what}`] : []),
        ...(state?.permalink ? [link(state.permalink, 'Open card')] : []),
      ]).map((text) => section(text)),
      ...actions(
        [button('Acknowledge', ACTIONS.acknowledge, escalationValue(escalation.id), 'primary'), ...decisions],
        'escalation-actions',
      ),
    ],
  }
}

/** Warns that a page could not be delivered. */
export function outageMessage(
  { cause, severity }: Escalation,
  state: RotationState | null,
  problem: string,
  onCall: string | null,
): Message {
  const mentioned = onCall ? `${mention(onCall)} ` : ''
  const about = [state ? shortName(state.rotation) : 'capability tokens', severity, CAUSE_TITLES[cause]].join(
    ', ',
  )
  const text = `⚠ ${mentioned}A page was not delivered: the pager has not notified anyone (${about})`
  return {
    text,
    blocks: [
      section([
        `⚠ ${mentioned}*A page was not delivered: the pager has not notified anyone* (${about})`,
        `${escapeUntrusted(problem, 600)}.`,
        'The bot keeps retrying. Until it is delivered, contact on-call here or by phone.',
      ]),
    ],
  }
}

/** Follows `outageMessage` when the pager works again. */
export function outageResolved(): Message {
  const text = '✓ The pager works again; all waiting pages were delivered.'
  return { text, blocks: [section(text)] }
}
