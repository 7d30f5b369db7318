import type { Button, ModalView } from '@slack/types'
import { breakGlassObstacle, breakGlassOf } from '#domain/rotation/break-glass'
import { environmentsToPromote } from '#domain/rotation/environments'
import { ROLE_TITLES, type Rotation, rotationLabel } from '#domain/rotation/rotation'
import { actions, button, type Message, modal, plain, section, textArea } from './blocks.ts'
import { ACTIONS, FORMS, INPUTS } from './ids.ts'
import { LIMITS } from './limits.ts'
import { viewMetadata } from './metadata.ts'
import type { Names, RotationState } from './state.ts'
import { escapeUntrusted, list, mention, when } from './text.ts'
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

/** Asks the approvers in the thread for an acknowledgement. */
export function breakGlassRequest(state: RotationState, names: Names): Message {
  const { rotation, approvers } = state
  const request = breakGlassOf(rotation)
  const asked = [...new Set([...approvers['devops-lead'], ...approvers['ai-ops-owner']])].map(mention)
  const what = `${shortName(rotation)}: ${who(request?.requestedBy ?? '', names)} asks to deploy to ${placesOf(state)} before the sign-offs`
  return {
    text: `${what}. ${asked.join(' ')}`,
    blocks: [
      section([
        `⚠ *${what}*`,
        `Reason: ${escapeUntrusted(request?.reason ?? '', 1000)}`,
        `One approver must acknowledge it: ${asked.join(' ')}. Both roles sign afterwards.`,
      ]),
      ...actions([acknowledgeButton(rotation)], 'break-glass-actions'),
    ],
  }
}

/** How far the request of the present round is; empty without one. */
export function breakGlassLines({ rotation }: RotationState, names: Names): string[] {
  const present = breakGlassOf(rotation)
  if (!present) return []
  const { requestedBy, requestedAt, reason, acknowledgedBy, acknowledgedAt, role, delegateOf } = present
  const by = `asked for by ${who(requestedBy, names)}, ${when(requestedAt)}: ${escapeUntrusted(reason, 500)}`
  if (!acknowledgedBy || !acknowledgedAt || !role)
    return [`⚠ *Break-glass* ${by} · waits for an approver’s acknowledgement`]
  return [
    `⚠ *Break-glass, a deviation from the runbook:* deployment before the sign-offs, ${by}`,
    `Acknowledged by ${who(acknowledgedBy, names)} (${ROLE_TITLES[role]}${delegateOfWords(delegateOf, names)}), ${when(acknowledgedAt)}.`,
  ]
}

/** To ask for it, where that is possible. */
export const breakGlassButtons = ({ rotation, environments }: RotationState): Button[] =>
  breakGlassObstacle(rotation, environments) === null
    ? [button('Break-glass', ACTIONS.breakGlass, rotationLabel(rotation.id), 'danger')]
    : []

/** To acknowledge it, where somebody asked for it. */
export const acknowledgeButtons = ({ rotation, environments }: RotationState): Button[] =>
  breakGlassObstacle(rotation, environments) === 'requested' ? [acknowledgeButton(rotation)] : []
