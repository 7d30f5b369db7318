import type { ActionsBlockElement, Button } from '@slack/types'
import { isDecisionWanted } from '#domain/revocations/deadline-calls'
import { pendingRevocations } from '#domain/revocations/revocation'
import { isBreakGlass } from '#domain/rotation/break-glass'
import {
  type Instant,
  isClosed,
  isIncident,
  ROLE_TITLES,
  type Rotation,
  rotationLabel,
} from '#domain/rotation/rotation'
import { stepDefinition } from '#domain/rotation/steps'
import { missingRoles, openSteps } from '#domain/rotation/turn'
import { button, menu, plain } from './blocks.ts'
import { acknowledgeButtons, breakGlassButtons } from './break-glass.ts'
import { overridableChecks } from './check-lines.ts'
import { decisionButtons } from './deadline.ts'
import { deploymentButtons } from './environments.ts'
import { escalationWords } from './escalate-modal.ts'
import { ACTIONS } from './ids.ts'
import { LIMITS } from './limits.ts'
import { refusedVersions } from './refused-agents.ts'
import { rollbackButtons } from './rollback.ts'
import type { RotationState } from './state.ts'

/** What is wanted now as buttons, the first of them primary; what is rare in a menu. */
export function cardActions(state: RotationState, now: Instant): ActionsBlockElement[] {
  const { rotation } = state
  if (isClosed(rotation)) return [...decisions(state, now), ...recordButtons(state)]
  const rare = [
    ...manualStepButtons(state),
    ...(isIncident(rotation) ? [] : [escalateButton(rotation)]),
    button('Hand off', ACTIONS.handoff, rotationLabel(rotation.id)),
    ...(refusedVersions(state).length > 0 ? [] : breakGlassButtons(state)),
    ...rollbackButtons(state),
    button('Abort', ACTIONS.abort, rotationLabel(rotation.id), 'danger'),
    ...recordButtons(state),
  ]
  const timeline = button('Show timeline', ACTIONS.showTimeline, rotationLabel(rotation.id))
  const inMenu = [...rare, timeline].slice(0, LIMITS.overflowOptions)
  return [
    ...(rotation.status === 'open' ? wanted(state, now) : promotionButtons(state, now)),
    ...decisions(state, now),
    ...(isIncident(rotation) ? [escalateButton(rotation)] : []),
    ...rare.slice(LIMITS.overflowOptions),
    ...menu(inMenu),
  ]
}

/** The open steps, or the missing signatures. */
function wanted(state: RotationState, now: Instant): Button[] {
  const { rotation } = state
  const value = rotationLabel(rotation.id)
  const missing = missingRoles(rotation)
  const next = [
    ...openSteps(rotation).map((step) => ({
      text: `Open step ${stepDefinition(step).number}`,
      action: ACTIONS.openStep(step),
    })),
    ...missing.map((role) => ({ text: `Sign as ${ROLE_TITLES[role]}`, action: ACTIONS.signOff(role) })),
  ]
  const deployments = deploymentButtons(state, now)
  const isUrgent = isBreakGlass(rotation) && deployments.length > 0
  return [
    ...(isUrgent ? deployments : []),
    ...acknowledgeButtons(state),
    ...(refusedVersions(state).length > 0 ? breakGlassButtons(state) : []),
    ...next.map(({ text, action }, index) =>
      button(text, action, value, index === 0 && !isUrgent ? 'primary' : undefined),
    ),
    ...(isUrgent ? [] : deployments),
    ...(missing.length > 0 ? [button('Reject', ACTIONS.reject, value)] : []),
  ]
}

/** The next environment, while environments are promoted. */
const promotionButtons = (state: RotationState, now: Instant): Button[] =>
  state.rotation.status === 'promoting'
    ? [
        ...deploymentButtons(state, now),
        button('Withdraw approval', ACTIONS.withdraw, rotationLabel(state.rotation.id)),
      ]
    : []

const decisions = (state: RotationState, now: Instant): Button[] =>
  isDecisionWanted(state.revocations, now) ? decisionButtons(state) : []

/** When every step is done, a person may have to record what no machine sees. */
const recordButtons = ({ rotation, revocations }: RotationState): Button[] =>
  rotation.status !== 'open' && pendingRevocations(revocations).length > 0
    ? [button('Record revocation', ACTIONS.recordRevocation, rotationLabel(rotation.id))]
    : []

const manualStepButtons = (state: RotationState): Button[] =>
  overridableChecks(state).length > 0
    ? [button('Record manual step', ACTIONS.recordManualStep, rotationLabel(state.rotation.id))]
    : []

/** Slack asks first, so that no accidental click pages on-call. In a menu, a form asks. */
const escalateButton = ({ id, notifies }: Rotation): Button => ({
  ...button('Escalate', ACTIONS.escalate, rotationLabel(id), 'danger'),
  confirm: {
    title: plain('Notify DevOps on-call?', LIMITS.confirmTitle),
    text: plain(escalationWords(notifies), LIMITS.confirmText),
    confirm: plain(notifies ? 'Notify on-call' : 'Show message', LIMITS.confirmButton),
    deny: plain('Cancel', LIMITS.confirmButton),
  },
})
