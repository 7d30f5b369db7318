import type { Button } from '@slack/types'
import type { EscalationCause } from '#domain/on-call/escalation-cause'
import { PAGE_AGAIN_MINUTES } from '#domain/revocations/deadline-calls'
import { type Instant, isClosed, rotationLabel } from '#domain/rotation/rotation'
import { stepDefinition } from '#domain/rotation/steps'
import { openSteps } from '#domain/rotation/turn'
import { button } from './blocks.ts'
import { decisionButtons } from './deadline.ts'
import { deploymentButtons } from './environments.ts'
import { ACTIONS } from './ids.ts'
import type { RotationState } from './state.ts'

/** What a person who is called about old versions can do; null for other causes. */
export function adviceFor(cause: EscalationCause, state: RotationState): string | null {
  const isByBot = decisionButtons(state).length > 0
  const unanswered = `Nothing is revoked by itself; on-call is paged every ${PAGE_AGAIN_MINUTES} minutes until somebody acknowledges.`
  if (cause === 'revocation-overdue')
    return isByBot
      ? `Decide now: revoke them, and agents that still use them are refused; or extend their deadline. ${unanswered}`
      : 'Anyone who has an old token can still use it. Revoke it at its issuer; the bot checks again and reports when it is revoked. If the secrets manager cannot show this, record what you did.'
  if (cause === 'decision-missing') return 'Decide now: revoke them, or extend their deadline.'
  if (cause === 'sign-off-waiting' && isByBot)
    return 'Ask the approvers now. If nobody can sign in time, extend the deadline.'
  if (cause !== 'deployment-missing') return null
  const otherwise = isByBot
    ? ' Or extend the deadline, or revoke the old versions if no agent needs them.'
    : ' Ask the issuer for a later date if that is not possible in time.'
  return isClosed(state.rotation)
    ? `Start a new rotation for these tokens and deploy there; its verified deployment counts for the old versions too.${otherwise}`
    : `Deploy now, and see on the card what keeps it from being verified.${otherwise}`
}

/** The buttons for what `adviceFor` says, none of them primary: in a call, that is to acknowledge. */
export const adviceButtons = (cause: EscalationCause, state: RotationState, now: Instant): Button[] =>
  buttonsFor(cause, state, now).map(({ style: _, ...each }) => each)

function buttonsFor(cause: EscalationCause, state: RotationState, now: Instant): Button[] {
  if (cause === 'deployment-missing')
    return [...stepButtons(state), ...deploymentButtons(state, now), ...decisionButtons(state)]
  if (cause === 'decision-missing' || cause === 'sign-off-waiting') return decisionButtons(state)
  if (cause !== 'revocation-overdue') return []
  const record = button('Record revocation', ACTIONS.recordRevocation, rotationLabel(state.rotation.id))
  return [...decisionButtons(state), ...deploymentButtons(state, now), record]
}

/** The steps before the deployment that are open. */
const stepButtons = ({ rotation }: RotationState): Button[] =>
  openSteps(rotation).map((step) =>
    button(`Open step ${stepDefinition(step).number}`, ACTIONS.openStep(step), rotationLabel(rotation.id)),
  )
