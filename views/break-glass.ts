import type { Button, ModalView } from '@slack/types'
import { awaitsAcknowledgement, breakGlassObstacle, breakGlassOf } from '#domain/rotation/break-glass'
import { environmentsToPromote } from '#domain/rotation/environments'
import { type BreakGlass, ROLE_TITLES, type Rotation, rotationLabel } from '#domain/rotation/rotation'
import { actions, button, type Message, modal, plain, section, textArea } from './blocks.ts'
import { ACTIONS, FORMS, INPUTS } from './ids.ts'
import { LIMITS } from './limits.ts'
import { viewMetadata } from './metadata.ts'
import type { Names, RotationState } from './state.ts'
import { escapeUntrusted, list, mention } from './text.ts'
import { when } from './times.ts'
import { delegateOfWords, shortName, who } from './words.ts'

const placesOf = ({ rotation, environments }: RotationState): string =>
  list(environmentsToPromote(rotation, environments).map(({ name }) => escapeUntrusted(name, 100)))

/** Asks why an environment is deployed to before the sign-offs. */
export function breakGlassModal(state: RotationState): ModalView {
  const { rotation } = state
  const blocks = [
    section([
      `*Deploy before the sign-offs* · ${shortName(rotation)}`,
      `⚠ A deviation from the runbook, for a credential anomaly only. When one approver has acknowledged it, ${placesOf(state)} can be deployed to at once; both roles sign afterwards, and see it first.`,
      'You cannot sign this rotation then. A rejection, or another version of a token, ends it.',
    ]),
    textArea(INPUTS.reason, 'Reason', { placeholder: 'Why can the deployment not wait for the sign-offs?' }),
  ]
  return modal(FORMS.breakGlass, `Break-glass ${rotationLabel(rotation.id)}`, blocks, {
    submit: 'Ask an approver',
    metadata: viewMetadata(rotation.id),
  })
}

const acknowledgeButton = ({ id }: Rotation): Button => ({
  ...button('Acknowledge break-glass', ACTIONS.acknowledgeBreakGlass, rotationLabel(id), 'danger'),
  confirm: {
    title: plain('Deploy before the sign-offs?', LIMITS.confirmTitle),
    text: plain(
      'Environments that wait for the sign-offs can be deployed to at once. The record calls it a deviation from the runbook, in your name. You can still sign.',
      LIMITS.confirmText,
    ),
    confirm: plain('Acknowledge', LIMITS.confirmButton),
    deny: plain('Cancel', LIMITS.confirmButton),
  },
})

/**
 * Asks the approvers in the thread for an acknowledgement. Edited when one was given, or when nobody can give it any more.
 *
 * @param asked the request that the message is about; the rotation may have a later one
 */
export function breakGlassRequest(state: RotationState, asked: BreakGlass, names: Names): Message {
  const { rotation } = state
  const request = rotation.breakGlass?.round === asked.round ? rotation.breakGlass : asked
  const isAwaited = breakGlassOf(rotation) === request && acknowledgeButtons(state).length > 0
  const approvers = isAwaited ? approversWords(state) : ''
  const verb = isAwaited ? 'asks' : 'asked'
  const what = `${shortName(rotation)}: ${who(request.requestedBy, names)} ${verb} to deploy to ${placesOf(state)} before the sign-offs`
  return {
    text: isAwaited ? `${what}. ${approvers}` : what,
    blocks: [
      section([
        `⚠ *${what}*`,
        `Reason: ${escapeUntrusted(request.reason, 1000)}`,
        isAwaited
          ? `One approver must acknowledge it: ${approvers}. Both roles sign afterwards.`
          : endWords(rotation, request, names),
      ]),
      ...(isAwaited ? actions(acknowledgeButtons(state), 'break-glass-actions') : []),
    ],
  }
}

const approversWords = ({ approvers }: RotationState): string =>
  [...new Set([...approvers['devops-lead'], ...approvers['ai-ops-owner']])].map(mention).join(' ')

/** Who acknowledged a request, or why nobody can any more. */
function endWords(rotation: Rotation, request: BreakGlass, names: Names): string {
  if (request.acknowledgedAt !== null) return acknowledgedWords(request, names)
  if (rotation.status === 'aborted') return 'Not acknowledged: the rotation was aborted.'
  if (rotation.round === request.round && rotation.status !== 'open')
    return 'Not acknowledged: both roles have signed.'
  return 'Not acknowledged: the rotation has changed since. The card says what comes next.'
}

const acknowledgedWords = (
  { acknowledgedBy, acknowledgedAt, role, delegateOf }: BreakGlass,
  names: Names,
): string =>
  `Acknowledged by ${who(acknowledgedBy ?? '', names)}${role ? ` (${ROLE_TITLES[role]}${delegateOfWords(delegateOf, names)})` : ''}, ${when(acknowledgedAt ?? '')}.`

/** How far the request of the present round is; empty without one. */
export function breakGlassLines({ rotation }: RotationState, names: Names): string[] {
  const present = breakGlassOf(rotation)
  if (!present) return []
  const { requestedBy, requestedAt, reason, acknowledgedAt } = present
  const by = `asked for by ${who(requestedBy, names)}, ${when(requestedAt)}: ${escapeUntrusted(reason, 500)}`
  if (acknowledgedAt === null) {
    const isOver = rotation.status !== 'open'
    return [
      `⚠ *Break-glass* ${by} · ${isOver ? 'was not acknowledged' : 'waits for an approver’s acknowledgement'}`,
    ]
  }
  return [
    `⚠ *Break-glass, a deviation from the runbook:* deployment before the sign-offs, ${by}`,
    acknowledgedWords(present, names),
  ]
}

/** To ask for it, where that is possible. */
export const breakGlassButtons = ({ rotation, environments }: RotationState): Button[] =>
  breakGlassObstacle(rotation, environments) === null
    ? [button('Break-glass', ACTIONS.breakGlass, rotationLabel(rotation.id), 'danger')]
    : []

/** To acknowledge it, where somebody asked for it. */
export const acknowledgeButtons = ({ rotation, environments }: RotationState): Button[] =>
  awaitsAcknowledgement(rotation, environments) ? [acknowledgeButton(rotation)] : []
