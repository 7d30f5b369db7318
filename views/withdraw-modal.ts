import type { ModalView } from '@slack/types'
import { rotationLabel } from '#domain/rotation/rotation'
import { modal, section, textArea } from './blocks.ts'
import { FORMS, INPUTS } from './ids.ts'
import { viewMetadata } from './metadata.ts'
import type { RotationState } from './state.ts'
import { shortName } from './words.ts'

/** Asks why both approvals are taken back. */
export function withdrawModal({ rotation }: RotationState): ModalView {
  const blocks = [
    section([
      `*Withdraw the approval of ${shortName(rotation)}*`,
      'No further deployment starts, and both roles must sign again. A deployment that is running is followed to its end.',
    ]),
    textArea(INPUTS.reason, 'Reason', { placeholder: 'It goes into the history and the rotation log.' }),
  ]
  return modal(FORMS.withdraw, `Withdraw ${rotationLabel(rotation.id)}`, blocks, {
    submit: 'Withdraw approval',
    metadata: viewMetadata(rotation.id),
  })
}
