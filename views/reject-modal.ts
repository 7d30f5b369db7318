import type { Checkboxes, ModalView } from '@slack/types'
import { rotationLabel } from '#domain/rotation/rotation'
import { stepDefinition } from '#domain/rotation/steps'
import { input, modal, option, section, textArea } from './blocks.ts'
import { FORMS, INPUTS } from './ids.ts'
import { viewMetadata } from './metadata.ts'
import type { RotationState } from './state.ts'
import { shortName } from './words.ts'

/** Rejects the sign-off: why, and which steps to reopen. */
export function rejectModal({ rotation }: RotationState): ModalView {
  const steps: Checkboxes = {
    type: 'checkboxes',
    options: rotation.steps.map(({ id }) => {
      const { number, title } = stepDefinition(id)
      return option(`${number} ${title}`, id)
    }),
  }
  const blocks = [
    section([
      `*Reject ${shortName(rotation)}*`,
      'Ticked steps reopen, and both roles must sign again. Earlier signatures no longer count.',
    ]),
    textArea(INPUTS.reason, 'Reason', { placeholder: 'What must change? The owner reads this.' }),
    input(INPUTS.steps, 'Steps to reopen', steps),
  ]
  return modal(FORMS.reject, `Reject ${rotationLabel(rotation.id)}`, blocks, {
    submit: 'Reject',
    metadata: viewMetadata(rotation.id),
  })
}
