import type { ModalView } from '@slack/types'
import { extendable } from '#domain/revocations/extend-revocation'
import { deadlineOf } from '#domain/revocations/revocation'
import { EXTENDED_AT_MOST_DAYS } from '#domain/revocations/revocation-deadline'
import { type Instant, rotationLabel } from '#domain/rotation/rotation'
import { input, modal, section, textArea } from './blocks.ts'
import { FORMS, INPUTS } from './ids.ts'
import { messageModal } from './message-modal.ts'
import { viewMetadata } from './metadata.ts'
import type { RotationState } from './state.ts'
import { plural } from './text.ts'
import { when } from './times.ts'
import { shortName } from './words.ts'

/** Asks for how long old versions live on, and why. */
export function extendRevocationModal({ rotation, revocations }: RotationState, now: Instant): ModalView {
  const title = `Extend · ${rotationLabel(rotation.id)}`
  const open = extendable(revocations)
  const deadline = open.map(deadlineOf).sort().at(-1)
  if (!deadline)
    return messageModal(
      title,
      'This rotation has no old version whose deadline can be extended. That of one that leaked never can.',
    )
  const blocks = [
    section([
      `*Extend the deadline of the old versions* · ${shortName(rotation)}`,
      `${plural(open.length, 'old version')} ${open.length === 1 ? 'lives' : 'live'} until ${when(deadline)}${deadline < now ? ', which has passed' : ''}. At most ${EXTENDED_AT_MOST_DAYS} days after the replacement in total.`,
      'It is an exception from the runbook: approvers see it first, and whoever records it cannot sign.',
    ]),
    input(INPUTS.hours, 'Hours from now', {
      type: 'number_input',
      is_decimal_allowed: false,
      min_value: '1',
      max_value: '168',
    }),
    textArea(INPUTS.reason, 'Reason', { placeholder: 'Why must agents still use the old versions?' }),
  ]
  return modal(FORMS.extendRevocation, title, blocks, {
    submit: 'Extend',
    metadata: viewMetadata(rotation.id),
  })
}
