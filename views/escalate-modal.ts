import type { ModalView } from '@slack/types'
import { rotationLabel } from '#domain/rotation/rotation'
import { modal, section, textArea } from './blocks.ts'
import { FORMS, INPUTS } from './ids.ts'
import { viewMetadata } from './metadata.ts'
import type { RotationState } from './state.ts'
import { shortName } from './words.ts'

/** What happens when a person escalates. */
export const escalationWords = (notifies: boolean): string =>
  notifies
    ? 'This pages on-call now at severity P1 and mentions them in the thread. The channel can see it.'
    : 'This is a drill: nobody is notified. The thread only shows what the message would say.'

/** Asks before on-call is paged, so that nobody does it by accident. */
export function escalateModal({ rotation }: RotationState): ModalView {
  const { id, notifies } = rotation
  const blocks = [
    section([`*Notify DevOps on-call?* · ${shortName(rotation)}`, escalationWords(notifies)]),
    textArea(INPUTS.reason, 'Reason', { optional: true, placeholder: 'What should on-call know first?' }),
  ]
  return modal(FORMS.escalate, `Escalate ${rotationLabel(id)}`, blocks, {
    submit: notifies ? 'Notify on-call' : 'Show message',
    metadata: viewMetadata(id),
  })
}
