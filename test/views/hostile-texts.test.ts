import { describe, expect, it } from 'vitest'
import { CONDITIONS } from '#domain/ports/health-check-result'
import { BOT_ACTOR, type NewEvent } from '#domain/rotation/events'
import { FOUND_PLACES } from '#domain/rotation/found-runs'
import { ROLES } from '#domain/rotation/rotation'
import { STEP_IDS } from '#domain/rotation/steps'
import { tokenLabel } from '#domain/tokens/scope'
import { abortModal } from '#views/abort-modal'
import { adoptRunModal } from '#views/adopt-run-modal'
import { approvalNotice } from '#views/approval-notice'
import { breakGlassModal, breakGlassRequest } from '#views/break-glass'
import { card } from '#views/card'
import { deployModal } from '#views/deploy-modal'
import { doctorModal } from '#views/doctor'
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
import { threadLine } from '#views/thread'
import { withdrawModal } from '#views/withdraw-modal'
import { messageProblems, viewProblems } from '../support/block-kit-checker.ts'
import { HOSTILE_TEXTS, hostileStates } from '../support/hostile.ts'
import {
  anEscalation,
  aTokenAge,
  manyTokens,
  NOW,
  nineTokens,
  OPERATOR,
} from '../support/rotation-builder.ts'

const environmentNames = ({ environments }: RotationState) => environments.map((each) => each.name)

/** Problems of every view of one rotation, with the view's name. */
function problemsOf(state: RotationState, text: string, names: Names): string[] {
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
    breakGlass: breakGlassRequest(state, names),
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
    start: startModal(scope),
    incident: incidentModal(scope, {
      revoker: 'bot',
      environments: state.environments,
      agents: state.rotation.tokens.map((token, index) => ({ ...token, runsOnOlder: index % 2 === 0 })),
    }),
    reject: rejectModal(state),
    abort: abortModal(state),
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
  return [
    ...Object.entries(messages).flatMap(([name, message]) =>
      messageProblems(message).map((each) => `${name}: ${each}`),
    ),
    ...Object.entries(views).flatMap(([name, view]) => viewProblems(view).map((each) => `${name}: ${each}`)),
  ]
}

describe.each(Object.entries(HOSTILE_TEXTS))('with %s', (_, text) => {
  it.each(Object.entries(hostileStates(text)))(
    'every view of the %s rotation is one that Slack takes',
    (__, state) => {
      expect(problemsOf(state, text, () => text)).toEqual([])
    },
  )

  it('every line of the thread is one that Slack takes', () => {
    const problems = events(text).flatMap((event) => {
      const line = threadLine(event, () => text)
      return messageProblems({ text: line, blocks: [] })
    })
    expect(problems).toEqual([])
  })
})

describe('with many tokens', () => {
  it.each([1, 9, 100, 900])('the status of %d is one that Slack takes', (count) => {
    const tokens = (count === 9 ? nineTokens() : manyTokens(count)).map((token, i) =>
      aTokenAge(token, i % 45),
    )
    const ages = { tokens, problem: null, readAt: NOW }
    const options = { ages, rotations: [], names: (id: string) => id, now: NOW }
    expect(messageProblems(status(options))).toEqual([])
  })
})

/** One event of each kind, with the text wherever it fits. */
function events(text: string): NewEvent[] {
  const common = { rotationId: 42, actor: BOT_ACTOR, at: NOW }
  const version = { agent: text, environment: text, secret: text, versionId: text }
  return [
    {
      ...common,
      type: 'rotation-opened',
      data: {
        trigger: 'policy-hit',
        severity: 'P1',
        reason: text,
        environments: [text],
        agents: [text],
        tokens: [text],
      },
    },
    {
      ...common,
      type: 'run-again',
      data: { kind: 'deploy', attempt: 1, runAttempt: 2, startedBy: text, url: text, environment: text },
    },
    {
      ...common,
      type: 'run-waits',
      data: { kind: 'rotate', attempt: 1, url: text, reviewers: [text, text] },
    },
    {
      ...common,
      type: 'run-adopted',
      data: {
        kind: 'deploy',
        attempt: 2,
        runId: 8831,
        runAttempt: 1,
        url: text,
        reason: text,
        startedBy: text,
        event: text,
        startedAt: NOW,
        environment: text,
      },
    },
    {
      ...common,
      type: 'deviation-recorded',
      data: { environment: text, deploymentId: 1, runId: 8831, url: text, startedBy: text, startedAt: NOW },
    },
    {
      ...common,
      type: 'checks-run',
      data: {
        step: 'rotation-execution',
        results: [{ check: 'tags-correct', title: 'Tags are correct', state: 'failed', sentence: text }],
      },
    },
    { ...common, actor: OPERATOR, type: 'run-requested', data: { kind: 'rotate', attempt: 2 } },
    { ...common, type: 'run-started', data: { kind: 'rotate', attempt: 1, runId: 1, url: text } },
    {
      ...common,
      type: 'run-finished',
      data: { kind: 'smoke', attempt: 1, succeeded: false, conclusion: text, url: text },
    },
    {
      ...common,
      actor: OPERATOR,
      type: 'step-completed',
      data: { step: 'audit-logging', attestations: ['ticket'], evidence: [text], notes: text, checks: [] },
    },
    {
      ...common,
      type: 'exception-recorded',
      data: { check: 'tags-correct', title: 'Tags are correct', what: text, commands: text, proof: [text] },
    },
    { ...common, type: 'signed-off', data: { role: 'devops-lead', digest: text, comment: text } },
    {
      ...common,
      type: 'rejected',
      data: { role: 'devops-lead', digest: text, reason: text, reopened: [...STEP_IDS] },
    },
    { ...common, type: 'rotation-approved', data: { tokens: 9 } },
    {
      ...common,
      type: 'run-finished',
      data: {
        kind: 'deploy',
        attempt: 2,
        succeeded: true,
        conclusion: text,
        url: text,
        requestedBy: OPERATOR,
        environment: text,
      },
    },
    { ...common, type: 'environment-promoted', data: { environment: text } },
    { ...common, type: 'withdrawn', data: { role: 'devops-lead', reason: text, delegateOf: OPERATOR } },
    { ...common, type: 'approval-void', data: { reason: text, reopened: ['integration-verification'] } },
    { ...common, type: 'rotation-completed', data: { proven: 8, recorded: 1 } },
    { ...common, type: 'rotation-aborted', data: { reason: text } },
    { ...common, type: 'owner-changed', data: { from: text, to: text, reason: text } },
    { ...common, type: 'escalated', data: { reason: text } },
    { ...common, type: 'revocation-proven', data: { versions: [{ ...version, proof: text }] } },
    {
      ...common,
      type: 'revocation-proven',
      data: { versions: Array.from({ length: 90 }, () => ({ ...version, proof: text })) },
    },
    {
      ...common,
      type: 'revocation-overdue',
      data: { versions: Array.from({ length: 90 }, () => ({ ...version, since: NOW, why: text })) },
    },
    {
      ...common,
      type: 'revocation-recorded',
      data: { versions: [version, version], what: text, commands: text, proof: [text] },
    },
  ]
}
