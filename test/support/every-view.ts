import type { View } from '@slack/types'
import { CONDITIONS } from '#domain/ports/health-check-result'
import { FOUND_PLACES } from '#domain/rotation/found-runs'
import { INCIDENT_TRIGGERS, ROLES } from '#domain/rotation/rotation'
import { STEP_IDS } from '#domain/rotation/steps'
import { tokenLabel } from '#domain/tokens/scope'
import { abortModal } from '#views/abort-modal'
import { adoptRunModal } from '#views/adopt-run-modal'
import { approvalNotice } from '#views/approval-notice'
import type { Message } from '#views/blocks'
import { breakGlassModal, breakGlassRequest } from '#views/break-glass'
import { card } from '#views/card'
import { deployModal } from '#views/deploy-modal'
import { doctorModal } from '#views/doctor'
import { escalateModal } from '#views/escalate-modal'
import { escalation } from '#views/escalation'
import { handoffModal } from '#views/handoff-modal'
import { help } from '#views/help'
import { history } from '#views/history'
import { home } from '#views/home'
import { incidentModal } from '#views/incident-modal'
import { loadingModal } from '#views/loading-modal'
import { manualStepModal } from '#views/manual-step-modal'
import { messageModal } from '#views/message-modal'
import { notice } from '#views/notice'
import { onCallMessage, outageMessage } from '#views/page'
import { recordRevocationModal } from '#views/record-revocation-modal'
import { rejectModal } from '#views/reject-modal'
import { revocations } from '#views/revocations'
import { rollbackModal } from '#views/rollback'
import { show } from '#views/show'
import { signOffModal } from '#views/sign-off-modal'
import { signOffRequest } from '#views/sign-off-request'
import { startModal } from '#views/start-modal'
import type { Names, RotationState } from '#views/state'
import { status } from '#views/status'
import { stepModal } from '#views/step-modal'
import { testNotice } from '#views/test-notice'
import { withdrawModal } from '#views/withdraw-modal'
import { aBreakGlass, anEscalation, aTokenAge, NOW, OPERATOR } from './rotation-builder.ts'

const environmentNames = ({ environments }: RotationState) => environments.map((each) => each.name)

/** Every view of one rotation, by name, with a text wherever other systems or people write one. */
export function everyView(
  state: RotationState,
  text: string,
  names: Names,
): { messages: Record<string, Message>; views: Record<string, View> } {
  const { rotation } = state
  const entry = { rotation, permalink: state.permalink }
  const tokens = rotation.tokens.map((token, i) =>
    aTokenAge(token, i % 3 === 0 ? null : 40, { problem: text }),
  )
  const open = rotation.tokens.map((token, i) => ({ label: tokenLabel(token), rotation: 40 + (i % 20) }))
  const scope = {
    tokens: rotation.tokens,
    open,
    environments: [...new Set(rotation.tokens.map((token) => token.environment))],
    agents: [...new Set(rotation.tokens.map((token) => token.agent))],
    reason: text,
  }
  const rotations = Array.from({ length: 30 }, () => state)
  const recent = Array.from({ length: 60 }, () => entry)
  const messages = {
    card: card(state, names, NOW),
    breakGlass: breakGlassRequest(state, aBreakGlass({ requestedBy: text, reason: text }), names),
    show: show(state, names, NOW),
    status: status({
      ages: { tokens, problem: text, readAt: NOW },
      rotations,
      revocations: state.revocations,
      names,
      now: NOW,
    }),
    history: history(recent, names, NOW),
    help: help([{ usage: 'status', does: 'ages' }], { unknown: text, nearest: text }),
    notice: notice(state, names),
    approval: approvalNotice(state, names, NOW),
    escalation: escalation(
      state,
      {
        escalation: anEscalation({ reason: text, openedBy: text, acknowledgedBy: text, acknowledgedAt: NOW }),
        oncall: ['S0DEVOPSONCALL', text],
        remarks: [text],
      },
      names,
      NOW,
    ),
    onCallMessage: onCallMessage(anEscalation({ reason: text }), state, names, NOW),
    outage: outageMessage(anEscalation({ reason: text }), state, text, 'S0ONCALL'),
    request: signOffRequest(state, names, NOW),
    testNotice: testNotice(rotation),
    overdue: escalation(
      state,
      {
        escalation: anEscalation({ cause: 'revocation-overdue', reason: text }),
        oncall: ['S0DEVOPSONCALL', text],
        remarks: [],
      },
      names,
      NOW,
    ),
    revocations: revocations(
      Array.from({ length: 30 }, (_, rotationId) => ({
        rotationId,
        permalink: state.permalink,
        rows: state.revocations,
      })),
      state.watch,
      NOW,
    ),
  }
  const views = {
    ...Object.fromEntries(STEP_IDS.map((step) => [step, stepModal(state, step, names, NOW)])),
    ...Object.fromEntries(ROLES.map((role) => [role, signOffModal(state, { role }, names, NOW)])),
    start: startModal({
      ...scope,
      open: open.slice(1),
      unverified: [text, text],
      chosen: [`environment:${text}`],
    }),
    nothingFree: startModal(scope),
    ...Object.fromEntries(
      INCIDENT_TRIGGERS.map((trigger) => [
        `incident ${trigger}`,
        incidentModal(
          scope,
          {
            revoker: 'bot',
            environments: state.environments,
            agents: state.rotation.tokens.map((token, index) => ({ ...token, runsOnOlder: index % 2 === 0 })),
          },
          { trigger },
        ),
      ]),
    ),
    reject: rejectModal(state),
    abort: abortModal(state),
    escalate: escalateModal(state),
    handoff: handoffModal(state, names),
    withdraw: withdrawModal(state),
    'break-glass': breakGlassModal(state),
    rollback: rollbackModal(state),
    ...Object.fromEntries(
      environmentNames(state).map((name) => [`deploy to ${name}`, deployModal(state, name, NOW)]),
    ),
    manualStep: manualStepModal(state, NOW),
    ...Object.fromEntries(FOUND_PLACES.map((place) => [`adopt in ${place}`, adoptRunModal(state, place)])),
    recordRevocation: recordRevocationModal(state, NOW),
    loading: loadingModal('Loading'),
    message: messageModal('Refused', text || 'x'),
    doctor: doctorModal(
      CONDITIONS.map((condition) => ({
        id: condition,
        title: 'Ticket',
        results: [{ condition, sentence: text, remediation: text }],
      })),
    ),
    home: home({
      userId: OPERATOR,
      roles: [...ROLES],
      mayStart: true,
      mayRespond: true,
      rotations,
      ages: { tokens, problem: text, readAt: NOW },
      revocations: state.revocations,
      recent,
      year: [],
      pictures: { 'token-ages': { fileId: 'F0123456789', alt: text || 'x' } },
      names,
      now: NOW,
    }),
  }
  return { messages, views }
}
