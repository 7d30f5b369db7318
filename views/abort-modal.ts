import type { ModalView } from '@slack/types'
import { rotationLabel } from '#domain/rotation/rotation'
import { modal, section, textArea } from './blocks.ts'
import { FORMS, INPUTS } from './ids.ts'
import { viewMetadata } from './metadata.ts'
import type { RotationState } from './state.ts'
import { renewalWords, renewed, shortName } from './words.ts'

/** Asks for confirmation and a reason before a rotation is aborted. */
export function abortModal({ rotation }: RotationState): ModalView {
  const made = renewed(rotation).length > 0
  const blocks = [
    section([
      `*Abort ${shortName(rotation)}?* It cannot be reopened. Its tokens can then be rotated in another rotation.`,
      made
        ? `⚠ ${renewalWords(rotation)}. Aborting does not undo that.`
        : 'No token has a new version yet. A running workflow is not stopped.',
    ]),
    textArea(INPUTS.reason, 'Reason', { placeholder: 'Shown in the history and the rotation log.' }),
  ]
  return modal(FORMS.abort, `Abort ${rotationLabel(rotation.id)}`, blocks, {
    submit: 'Abort rotation',
    close: 'Keep rotation',
    metadata: viewMetadata(rotation.id),
  })
}
