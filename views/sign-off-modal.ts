import type { ModalView } from '@slack/types'
import { type Instant, ROLE_TITLES, type Role, rotationLabel } from '#domain/rotation/rotation'
import { modal, section, textArea } from './blocks.ts'
import { FORMS, INPUTS } from './ids.ts'
import { LIMITS, VIEW_BUDGET } from './limits.ts'
import { viewMetadata } from './metadata.ts'
import { oldTokensLine } from './old-tokens.ts'
import { type Packed, packGroups } from './pack.ts'
import { snapshotLines, unsupportedAttestations } from './snapshot-lines.ts'
import type { Names, RotationState } from './state.ts'
import { code, plural } from './text.ts'
import { delegateOfWords, headline } from './words.ts'

/** Blocks around the snapshot: introduction, what is left out, digest, comment. */
const FRAME_BLOCKS = 4

/**
 * Shows the sign-off snapshot, exceptions first, and says so if something does not fit.
 *
 * @param delegateOf the approver they sign on behalf of; null when they hold the role
 * @param comment what was typed already
 */
export function signOffModal(
  state: RotationState,
  role: Role,
  names: Names,
  now: Instant,
  delegateOf: string | null = null,
  comment = '',
): ModalView {
  const { rotation, digest } = state
  const label = rotationLabel(rotation.id)
  const oldTokens = oldTokensLine(state, now)
  const packed = packGroups(snapshotLines(state, names), {
    blocks: LIMITS.viewBlocks - FRAME_BLOCKS,
    bytes: VIEW_BUDGET,
  })
  const blocks = [
    section([
      `*${headline(rotation, now)}*`,
      `You sign as *${ROLE_TITLES[role]}*${delegateOfWords(delegateOf, names)} that all ${rotation.steps.length} steps were done as shown.`,
      summary(state),
      ...(oldTokens ? [oldTokens] : []),
    ]),
    ...packed.blocks,
    ...leftOut(packed, label),
    section(`Digest of what you sign: ${code(digest)}`),
    textArea(INPUTS.comment, 'Comment', { optional: true, ...(comment && { initial: comment }) }),
  ]
  return modal(FORMS.signOff, `Sign off ${label}`, blocks, {
    submit: `Sign as ${ROLE_TITLES[role]}`,
    metadata: viewMetadata(rotation.id, { role, digest }),
  })
}

function summary(state: RotationState): string {
  const passed = state.checks.filter((check) => check.state === 'passed').length
  const exceptions = state.rotation.exceptions.length
  const early = state.rotation.runs.filter((run) => run.windowReason !== null).length
  const words = unsupportedAttestations(state).length
  const deviations = state.rotation.deviations.length
  return [
    ...(deviations > 0 ? [`⚠ ${plural(deviations, 'deviation')}`] : []),
    exceptions > 0 ? `⚠ ${plural(exceptions, 'exception')}` : 'No exceptions',
    ...(early > 0 ? [`⚠ ${plural(early, 'deployment')} while the window was closed`] : []),
    `${plural(passed, 'check')} passed`,
    words > 0
      ? `⚠ ${plural(words, 'statement')} confirmed by a person, not checked by a machine`
      : 'everything checked by a machine or linked to evidence',
  ].join(' · ')
}

function leftOut({ left }: Packed, label: string) {
  if (left.length === 0) return []
  const characters = left.join('\n').length
  return [
    section(
      `⚠ *Not everything fits here:* ${plural(characters, 'character')} in ${plural(left.length, 'line')} are not shown. ` +
        `${code(`/rotation show ${label}`)} has the full record as a file. Read it before you sign.`,
    ),
  ]
}
