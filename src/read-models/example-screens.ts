import type { ModalView, View } from '@slack/types'
import { CONDITIONS } from '#domain/ports/health-check-result'
import { INCIDENT_TRIGGERS, type Instant, ROLES } from '#domain/rotation/rotation'
import { STEP_IDS, type StepId } from '#domain/rotation/steps'
import { environmentsOf, tokenLabel } from '#domain/tokens/scope'
import type { Context } from '#src/context'
import { abortModal } from '#views/abort-modal'
import { approvalNotice } from '#views/approval-notice'
import type { Message } from '#views/blocks'
import { breakGlassModal } from '#views/break-glass'
import { card } from '#views/card'
import { deployModal } from '#views/deploy-modal'
import { doctorModal } from '#views/doctor'
import { escalateModal } from '#views/escalate-modal'
import { handoffModal } from '#views/handoff-modal'
import { home } from '#views/home'
import { incidentModal } from '#views/incident-modal'
import { manualStepModal } from '#views/manual-step-modal'
import { messageModal } from '#views/message-modal'
import { notice } from '#views/notice'
import { rejectModal } from '#views/reject-modal'
import { rollbackModal } from '#views/rollback'
import { signOffModal } from '#views/sign-off-modal'
import { signOffRequest } from '#views/sign-off-request'
import { startModal } from '#views/start-modal'
import type { Names, RotationState } from '#views/state'
import { status } from '#views/status'
import { stepModal } from '#views/step-modal'
import { withdrawModal } from '#views/withdraw-modal'
import { exampleState } from './example-state.ts'

/** A screen with its name for people. */
export type ExampleScreen = { name: string } & ({ view: View } | { message: Message })

const names: Names = (id) => id

/** The views that the bot shows, each once with an example, as this version and this config draw them. */
export function exampleScreens(config: Context['config'], now: Instant): ExampleScreen[] {
  const open = exampleState(config, 2, now)
  const finished = exampleState(config, STEP_IDS.length, now)
  return [
    ...STEP_IDS.map((step, index) => ({
      name: `step ${index + 1}`,
      view: stepModal(exampleState(config, doneBefore(step), now), step, names, now),
    })),
    ...ROLES.map((role) => ({
      name: `sign-off as ${role}`,
      view: signOffModal(finished, { role }, names, now),
    })),
    ...forms(open, config, now).map(([name, view]) => ({ name, view })),
    { name: 'App Home', view: homeOf(open, now) },
    ...messagesOf(open, finished, now).map(([name, message]) => ({ name, message })),
  ]
}

/** How many steps are complete when it is open. */
const doneBefore = (step: StepId): number => {
  const index = STEP_IDS.indexOf(step)
  return index < 2 ? 0 : index
}

function forms(state: RotationState, config: Context['config'], now: Instant): [string, View][] {
  const { rotation } = state
  const scope = {
    tokens: rotation.tokens,
    open: rotation.tokens.map((token) => ({ label: tokenLabel(token), rotation: rotation.id })),
    environments: environmentsOf(rotation.tokens),
    agents: [...new Set(rotation.tokens.map(({ agent }) => agent))],
    reason: 'an example',
  }
  const agents = rotation.tokens.map((token) => ({ ...token, runsOnOlder: true }))
  return [
    ['start', startModal({ ...scope, open: scope.open.slice(1) })],
    ['start, nothing free', startModal(scope)],
    ...INCIDENT_TRIGGERS.map((trigger): [string, ModalView] => [
      `incident: ${trigger}`,
      incidentModal(
        scope,
        { revoker: config.revoke.by, environments: config.environments, agents },
        { trigger },
      ),
    ]),
    ['manual step', manualStepModal(state, now)],
    ['reject', rejectModal(state)],
    ['withdraw', withdrawModal(state)],
    ['break-glass', breakGlassModal(state)],
    ['roll back', rollbackModal(state)],
    ['abort', abortModal(state)],
    ['escalate', escalateModal(state)],
    ['hand off', handoffModal(state, names)],
    ...config.environments.map(({ name }): [string, View] => [
      `deploy to ${name}`,
      deployModal(state, name, now),
    ]),
    ['answer', messageModal('Not possible', 'An example.')],
    [
      'doctor',
      doctorModal(
        CONDITIONS.map((condition) => ({
          id: condition,
          title: 'An example',
          results: [{ condition, sentence: 'An example', remediation: 'Nothing to do' }],
        })),
      ),
    ],
  ]
}

const agesOf = ({ rotation }: RotationState) =>
  rotation.tokens.map((token, index) => ({
    ...token,
    ageDays: index * 5,
    due: null,
    problem: null,
  }))

const homeOf = (state: RotationState, now: Instant): View =>
  home({
    userId: state.rotation.ownerId,
    roles: [...ROLES],
    mayStart: true,
    mayRespond: true,
    rotations: [state],
    ages: { tokens: agesOf(state), problem: null, readAt: now },
    recent: [{ rotation: state.rotation, permalink: state.permalink }],
    year: [],
    pictures: {},
    names,
    now,
  })

const messagesOf = (open: RotationState, finished: RotationState, now: Instant): [string, Message][] => [
  ['card', card(open, names, now)],
  ['request to sign', signOffRequest(finished, names, now)],
  ['approval', approvalNotice(finished, names, now)],
  ['completion notice', notice(finished, names)],
  [
    'status',
    status({
      ages: { tokens: agesOf(open), problem: null, readAt: now },
      rotations: [open],
      revocations: [],
      names,
      now,
    }),
  ],
]
