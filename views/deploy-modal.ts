import type { ModalView } from '@slack/types'
import { isSigned, rotationLabel } from '#domain/rotation/rotation'
import { modal, section } from './blocks.ts'
import { FORMS } from './ids.ts'
import { viewMetadata } from './metadata.ts'
import type { RotationState } from './state.ts'
import { escapeUntrusted } from './text.ts'
import { shortName, tokensWords } from './words.ts'

/** Asks once more before an environment is deployed to after the sign-offs. */
export function deployModal({ rotation }: RotationState, environment: string): ModalView {
  const tokens = rotation.tokens.filter((token) => token.environment === environment)
  const name = escapeUntrusted(environment, 60)
  const blocks = [
    section([
      `*Deploy to ${name}* · ${shortName(rotation)}`,
      `${isSigned(rotation) ? 'Both roles have signed.' : '⚠ Before the sign-offs: both roles sign afterwards.'} The deployment workflow starts for ${name}, and its agents get the new tokens: ${tokensWords(tokens)}.`,
      'The bot then verifies that they authenticate. The card shows how it goes; nothing else is deployed.',
    ]),
  ]
  return modal(FORMS.deploy, `Deploy ${rotationLabel(rotation.id)}`, blocks, {
    submit: 'Deploy',
    metadata: viewMetadata(rotation.id, { environment }),
  })
}
