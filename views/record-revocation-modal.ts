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
import { sanitizePlainText } from './text.ts'
import { utcDay } from './times.ts'
import { shortName } from './words.ts'

/** Records that a person revoked old versions, where the secrets manager cannot show it. */
export function recordRevocationModal({ rotation, revocations }: RotationState, now: Instant): ModalView {
  const title = `Revocations · ${rotationLabel(rotation.id)}`
  const open = pendingRevocations(revocations)
  const [first, ...others] = open.slice(0, LIMITS.options).map((row) => versionOption(row, now))
  if (!first)
    return messageModal(
      title,
      'This rotation has no old version left to revoke. Somebody else may have recorded it; /rotation revocations lists what is left.',
    )
  const options = [first, ...others]
  const blocks = [
    section([
      `*Record revocations* · ${shortName(rotation)}`,
      'Select only versions that were revoked at their issuer. They are shown as confirmed by you, not checked by a machine, and the bot compares them with what it sees for another week.',
    ]),
    input(INPUTS.versions, 'Which versions', {
      type: 'multi_static_select',
      options,
      ...(others.length === 0 && { initial_options: options }),
    }),
    textArea(INPUTS.notes, 'What you did'),
    textArea(INPUTS.commands, 'Commands', {
      optional: true,
      hint: 'As you ran them. Never paste a token or a key.',
    }),
    textArea(INPUTS.proof, 'Proof', {
      optional: true,
      hint: 'Links that show it worked: one address per line, starting with https:// or http://.',
    }),
  ]
  return modal(FORMS.recordRevocation, title, blocks, {
    submit: 'Record',
    metadata: viewMetadata(rotation.id),
  })
}

function versionOption(row: Revocation, now: Instant) {
  const version = row.versionId.length > 16 ? row.versionId.slice(0, 8) : row.versionId
  return option(
    `${sanitizePlainText(version, 16)} of ${sanitizePlainText(tokenLabel(row), 60)}`,
    String(row.id),
    isOverdue(row, now) ? `overdue, was due ${utcDay(row.dueAt)}` : `due ${utcDay(row.dueAt)}`,
  )
}
