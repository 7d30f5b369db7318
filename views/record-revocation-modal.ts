import type { ModalView } from '@slack/types'
import { isOverdue, pendingRevocations, type Revocation } from '#domain/revocations/revocation'
import { type Instant, rotationLabel } from '#domain/rotation/rotation'
import { tokenLabel } from '#domain/tokens/scope'
import { input, modal, option, section, textArea } from './blocks.ts'
import { FORMS, INPUTS } from './ids.ts'
import { LIMITS } from './limits.ts'
import { messageModal } from './message-modal.ts'
import { viewMetadata } from './metadata.ts'
import type { RotationState } from './state.ts'
import { plainUntrusted } from './text.ts'
import { shortName } from './words.ts'

/** Documents that old versions were revoked, where the secrets manager cannot show it. */
export function recordRevocationModal({ rotation, revocations }: RotationState, now: Instant): ModalView {
  const title = `Revocations · ${rotationLabel(rotation.id)}`
  const open = pendingRevocations(revocations)
  const [first, ...others] = open.slice(0, LIMITS.options).map((row) => versionOption(row, now))
  if (!first)
    return messageModal(
      title,
      'Nothing of this rotation is still to be revoked. Somebody may have been faster; /rotation revocations lists what is left.',
    )
  const options = [first, ...others]
  const blocks = [
    section([
      `*Record revocations* · ${shortName(rotation)}`,
      'Only what was really revoked at its issuer. It is kept as your word, and never shown as verified by machine; the bot no longer looks at these versions.',
    ]),
    input(INPUTS.versions, 'Which versions', {
      type: 'multi_static_select',
      options,
      // With one version only there is nothing to choose.
      ...(others.length === 0 && { initial_options: options }),
    }),
    textArea(INPUTS.notes, 'What you did'),
    textArea(INPUTS.commands, 'Commands', {
      optional: true,
      hint: 'As you ran them. Never paste a token or a key.',
    }),
    textArea(INPUTS.proof, 'Proof', {
      optional: true,
      hint: 'Links that show it worked: one address a line, beginning with https:// or http://.',
    }),
  ]
  return modal(FORMS.recordRevocation, title, blocks, {
    submit: 'Record',
    metadata: viewMetadata(rotation.id),
  })
}

/** Token and version; which is which must stay readable at the length that Slack allows. */
function versionOption(row: Revocation, now: Instant) {
  const version = row.versionId.length > 16 ? row.versionId.slice(0, 8) : row.versionId
  return option(
    `${plainUntrusted(version, 16)} of ${plainUntrusted(tokenLabel(row), 50)}`,
    String(row.id),
    isOverdue(row, now) ? `overdue, was due ${row.dueAt.slice(0, 10)}` : `due ${row.dueAt.slice(0, 10)}`,
  )
}
