import type { KnownBlock, ModalView } from '@slack/types'
import { type Instant, isIncident, isSigned, rotationLabel } from '#domain/rotation/rotation'
import type { StepId } from '#domain/rotation/steps'
import { barredDeployment } from '#domain/time/windows'
import { modal, section, textArea } from './blocks.ts'
import { foundBlocks } from './found-runs.ts'
import { FORMS, INPUTS } from './ids.ts'
import { viewMetadata } from './metadata.ts'
import type { RotationState } from './state.ts'
import { escapeUntrusted } from './text.ts'
import { opensWords } from './windows.ts'
import { shortName, tokensWords } from './words.ts'

const UNSIGNED = '⚠ Before the sign-offs: both roles sign afterwards. '

/**
 * Asks once more before an environment is deployed to after the sign-offs, and why where an incident does not wait for its window.
 *
 * @param step the step whose modal it opens on, for a deployment before the sign-offs
 */
export function deployModal(
  state: RotationState,
  environment: string,
  now: Instant,
  step?: StepId,
): ModalView {
  const { rotation } = state
  const tokens = rotation.tokens.filter((token) => token.environment === environment)
  const name = escapeUntrusted(environment, 100)
  const signed = step ? '' : isSigned(rotation) ? 'Both roles have signed. ' : UNSIGNED
  const blocks = [
    section([
      `*Deploy to ${name}* · ${shortName(rotation)}`,
      `${signed}The deployment workflow starts for ${name}, and its agents get the new tokens: ${tokensWords(tokens)}.`,
      'The bot then verifies that they authenticate. The card shows how it goes; nothing else is deployed.',
    ]),
    ...windowBlocks(state, environment, now),
    ...(step ? [] : foundBlocks(state, 'promotion')),
  ]
  return modal(FORMS.deploy, `Deploy ${rotationLabel(rotation.id)}`, blocks, {
    submit: 'Deploy',
    metadata: viewMetadata(rotation.id, { environment, ...(step && { step }) }),
  })
}

function windowBlocks(
  { windows, rotation }: Pick<RotationState, 'windows' | 'rotation'>,
  environment: string,
  now: Instant,
): KnownBlock[] {
  const barred = barredDeployment(windows, environment, now)
  if (!barred) return []
  return [
    section(
      `⚠ *Its window is closed.* It may be deployed to ${opensWords(barred)}. ${isIncident(rotation) ? 'An incident need not wait.' : 'The issuer revokes the old tokens before that, so it need not wait.'}`,
    ),
    textArea(INPUTS.reason, 'Why it cannot wait', {
      placeholder: 'The approvers see it; it goes into the history.',
    }),
  ]
}
