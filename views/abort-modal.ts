import type { ModalView } from '@slack/types'
import { rotationLabel } from '#domain/rotation/rotation'
import { modal, section, textArea } from './blocks.ts'
import { FORMS, INPUTS } from './ids.ts'
import { viewMetadata } from './metadata.ts'
import type { RotationState } from './state.ts'
import { renewalWords, renewed, shortName } from './words.ts'

/** Asks once more before a rotation is given up. */
export function abortModal({ rotation }: RotationState): ModalView {
  const made = renewed(rotation).length > 0
  const blocks = [
    section([
      `*Abort ${shortName(rotation)}?* It cannot be opened again; its tokens are free for another rotation.`,
      made
        ? `⚠ ${renewalWords(rotation)}. Aborting does not undo that.`
        : 'No token has a new version yet. A workflow that is already running is not stopped.',
    ]),
    textArea(INPUTS.reason, 'Reason', { placeholder: 'It goes into the history and the rotation log.' }),
  ]
  return modal(FORMS.abort, `Abort ${rotationLabel(rotation.id)}`, blocks, {
    submit: 'Abort rotation',
    close: 'Keep it',
    metadata: viewMetadata(rotation.id),
  })
}
