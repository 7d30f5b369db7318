import type { ModalView } from '@slack/types'
import { forcible } from '#domain/revocations/force-revocation'
import type { Revocation } from '#domain/revocations/revocation'
import { rotationLabel } from '#domain/rotation/rotation'
import { tokenLabel } from '#domain/tokens/scope'
import { input, modal, option, section, textArea } from './blocks.ts'
import { FORMS, INPUTS } from './ids.ts'
import { LIMITS } from './limits.ts'
import { messageModal } from './message-modal.ts'
import { viewMetadata } from './metadata.ts'
import { fitting, oldVersionName } from './revocation-lines.ts'
import type { RotationState } from './state.ts'
import { escapeUntrusted, plural, sanitizePlainText } from './text.ts'
import { shortName } from './words.ts'

/** Asks which old versions are revoked now, and shows which agents may be refused. */
export function revokeNowModal({ rotation, revocations }: RotationState): ModalView {
  const title = `Revoke now · ${rotationLabel(rotation.id)}`
  const open = forcible(revocations)
  const [first, ...others] = open.slice(0, LIMITS.options).map(versionOption)
  if (!first)
    return messageModal(
      title,
      'This rotation has no old version that can be revoked now: each is revoked, in use again, or being revoked. /rotation revocations lists what is left.',
    )
  const needed = open.filter((row) => row.verifiedAt === null)
  const { shown, left } = fitting(open.map(useLine), LIMITS.options)
  const blocks = [
    section([
      `*Revoke old versions now* · ${shortName(rotation)}`,
      needed.length > 0
        ? `⚠ *${plural(needed.length, 'agent')} may still run on the old version and will be refused* until ${needed.length === 1 ? 'it is' : 'they are'} deployed with the new one.`
        : 'The environments of these versions run on the new ones.',
      'They are disabled at the issuer, and destroyed after the watch. Refused agents do not stop that.',
    ]),
    section([...shown, ...(left > 0 ? [`• and ${plural(left, 'more')}`] : [])]),
    input(INPUTS.versions, 'Which versions', {
      type: 'multi_static_select',
      options: [first, ...others],
      ...(others.length === 0 && { initial_options: [first] }),
    }),
    textArea(INPUTS.reason, 'Reason', { placeholder: 'It goes into the history.' }),
  ]
  return modal(FORMS.revokeNow, title, blocks, { submit: 'Revoke now', metadata: viewMetadata(rotation.id) })
}

const useLine = (row: Revocation): string =>
  `• ${oldVersionName(row)} – ${row.verifiedAt === null ? '⚠ ' : ''}${escapeUntrusted(row.stageNote ?? 'its use was not read yet', 200)}`

const versionOption = (row: Revocation) =>
  option(
    `${sanitizePlainText(row.versionId.slice(0, 8), 16)} of ${sanitizePlainText(tokenLabel(row), 60)}`,
    String(row.id),
    row.verifiedAt === null ? 'its agent may be refused' : 'its environment runs on the new version',
  )
