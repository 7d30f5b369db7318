import type { ModalView } from '@slack/types'
import { type Instant, ROLE_TITLES, type Role, rotationLabel } from '#domain/rotation/rotation'
import { modal, section, textArea } from './blocks.ts'
import { FORMS, INPUTS } from './ids.ts'
import { LIMITS, VIEW_BUDGET } from './limits.ts'
import { viewMetadata } from './metadata.ts'
import { type Packed, packGroups } from './pack.ts'
import { snapshotLines, wordOnly } from './snapshot-lines.ts'
import type { Names, RotationState } from './state.ts'
import { code, plural } from './text.ts'
import { headline, standInWords } from './words.ts'

/** Blocks around what is signed: what is asked, what is left out, digest, comment. */
const FRAME_BLOCKS = 4

/**
 * Everything that is signed, exceptions first; what has no room is announced, never dropped in silence.
 *
 * @param delegateOf whose place the person takes; null when they hold the role
 */
export function signOffModal(
  state: RotationState,
  role: Role,
  names: Names,
  now: Instant,
  delegateOf: string | null = null,
): ModalView {
  const { rotation, digest } = state
  const label = rotationLabel(rotation.id)
  const packed = packGroups(snapshotLines(state, names), {
    blocks: LIMITS.viewBlocks - FRAME_BLOCKS,
    bytes: VIEW_BUDGET,
  })
  const blocks = [
    section([
      `*${headline(rotation, now)}*`,
      `You sign as *${ROLE_TITLES[role]}*${standInWords(delegateOf, names)} that these ${rotation.steps.length} steps were carried out as shown.`,
      summary(state),
    ]),
    ...packed.blocks,
    ...leftOut(packed, label),
    section(`Digest of everything that you sign: ${code(digest)}`),
    textArea(INPUTS.comment, 'Comment', { optional: true }),
  ]
  return modal(FORMS.signOff, `Sign off ${label}`, blocks, {
    submit: `Sign as ${ROLE_TITLES[role]}`,
    metadata: viewMetadata(rotation.id, { role, digest }),
  })
}

/** What to look at first, in numbers. */
function summary(state: RotationState): string {
  const passed = state.checks.filter((check) => check.state === 'passed').length
  const exceptions = state.rotation.exceptions.length
  const words = wordOnly(state).length
  return [
    exceptions > 0 ? `⚠ ${plural(exceptions, 'exception')}` : 'No exceptions',
    `${plural(passed, 'check')} passed`,
    words > 0 ? `⚠ ${plural(words, 'confirmation')} on word only` : 'nothing on word only',
  ].join(' · ')
}

function leftOut({ left }: Packed, label: string) {
  if (left.length === 0) return []
  const characters = left.join('\n').length
  return [
    section(
      `⚠ *Not everything fits here:* ${plural(characters, 'character')} on ${plural(left.length, 'line')} are left out. ` +
        `${code(`/rotation show ${label}`)} has all of it, as a file. Read it before you sign.`,
    ),
  ]
}
