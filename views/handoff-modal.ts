import type { ModalView } from '@slack/types'
import { rotationLabel } from '#domain/rotation/rotation'
import { input, modal, section, textArea } from './blocks.ts'
import { FORMS, INPUTS } from './ids.ts'
import { viewMetadata } from './metadata.ts'
import type { Names, RotationState } from './state.ts'
import { shortName, who } from './words.ts'

/** @param to preselected new owner, from `/rotation handoff @user` */
export function handoffModal({ rotation }: RotationState, names: Names, to?: string): ModalView {
  const blocks = [
    section([
      `*Hand off ${shortName(rotation)}*`,
      `${who(rotation.ownerId, names)} owns it now. The new owner is notified and cannot sign off this rotation.`,
    ]),
    input(INPUTS.owner, 'New owner', { type: 'users_select', ...(to && { initial_user: to }) }),
    textArea(INPUTS.reason, 'Reason', { optional: true, placeholder: 'What should they know?' }),
  ]
  return modal(FORMS.handoff, `Hand off ${rotationLabel(rotation.id)}`, blocks, {
    submit: 'Hand off',
    metadata: viewMetadata(rotation.id),
  })
}
