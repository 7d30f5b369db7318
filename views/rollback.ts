import type { Button, Checkboxes, KnownBlock, ModalView, MultiStaticSelect } from '@slack/types'
import { type RollbackObstacle, type RollbackOption, rollbackOptions } from '#domain/rotation/rollback'
import { isClosed, rotationLabel } from '#domain/rotation/rotation'
import { tokenLabel } from '#domain/tokens/scope'
import { button, input, modal, option, section, textArea } from './blocks.ts'
import { ACTIONS, FORMS, INPUTS } from './ids.ts'
import { LIMITS } from './limits.ts'
import { messageModal } from './message-modal.ts'
import { viewMetadata } from './metadata.ts'
import { fitting, oldVersionName } from './revocation-lines.ts'
import type { Names, RotationState } from './state.ts'
import { escapeUntrusted, list, plural, sanitizePlainText } from './text.ts'
import { when } from './times.ts'
import { shortName, who } from './words.ts'

/** Why a token cannot go back, to follow its name. */
export const OBSTACLE_WORDS: Record<RollbackObstacle, string> = {
  destroyed: 'its old version is destroyed',
  leaked: 'its old version leaked and is never accepted again',
  recorded: 'a person recorded its old version as revoked',
  forced: 'a person decided to revoke its old version now',
  current: 'its old version is the current one',
  'in-progress': 'it is being rolled back',
  'rolled-back': 'it was rolled back',
}

/** Slack shows at most this many checkboxes. */
const MOST_CHECKBOXES = 10
const LISTED = 20
const NAMED = 9

/** Asks which tokens go back to their old versions, and why. */
export function rollbackModal({ rotation, revocations }: RotationState): ModalView {
  const title = `Roll back · ${rotationLabel(rotation.id)}`
  const all = rollbackOptions(rotation, revocations)
  const possible = all.filter(({ obstacle }) => obstacle === null)
  const [first, ...others] = possible.slice(0, LIMITS.options).map(choice)
  if (!first || rotation.revoker !== 'bot')
    return messageModal(
      title,
      all.length === 0 || rotation.revoker !== 'bot'
        ? 'This rotation has no old version that the bot can go back to. Start a new rotation with /rotation start.'
        : `No token can be rolled back: ${list(all.map(obstacleWords), NAMED)}. Start a new rotation with /rotation start.`,
    )
  const blocks = [
    section([
      `*Roll back to old versions* · ${shortName(rotation)}`,
      'Ticked tokens get their old versions back. Their environments are deployed to and verified again, then their new versions are revoked. The other tokens go on; both roles must sign again.',
      'A token that is rolled back stays due: rotate it again when the cause is fixed.',
    ]),
    ...obstacles(all),
    input(INPUTS.versions, 'Which tokens', choices([first, ...others])),
    textArea(INPUTS.reason, 'Reason', { placeholder: 'What is wrong with the new versions?' }),
  ]
  return modal(FORMS.rollback, title, blocks, { submit: 'Roll back', metadata: viewMetadata(rotation.id) })
}

const choices = (options: ReturnType<typeof choice>[]): Checkboxes | MultiStaticSelect =>
  options.length <= MOST_CHECKBOXES
    ? { type: 'checkboxes', options }
    : { type: 'multi_static_select', options }

const choice = ({ row }: RollbackOption) =>
  option(
    sanitizePlainText(tokenLabel(row), LIMITS.optionText),
    String(row.id),
    `to ${sanitizePlainText(row.versionId.slice(0, 8), 16)}${row.issuer === 'disabled' ? ', which is accepted again first' : ''}`,
  )

const obstacleWords = ({ row, obstacle }: RollbackOption): string =>
  `${sanitizePlainText(tokenLabel(row), 80)} (${obstacle ? OBSTACLE_WORDS[obstacle] : ''})`

function obstacles(all: RollbackOption[]): KnownBlock[] {
  const lines = all.flatMap(({ row, obstacle }) =>
    obstacle ? [`• ${escapeUntrusted(tokenLabel(row), 180)}: ${OBSTACLE_WORDS[obstacle]}`] : [],
  )
  if (lines.length === 0) return []
  const { shown, left } = fitting(lines, LISTED)
  return [
    section([
      '*These cannot be rolled back:*',
      ...shown,
      ...(left > 0 ? [`• and ${plural(left, 'more')}`] : []),
    ]),
  ]
}

/** Which tokens go back, and how far that is; empty where none does. */
export function rollbackLines({ rotation, revocations }: RotationState, names: Names): string[] {
  const back = rotation.tokens.flatMap((token) =>
    token.rollback ? [{ token, rollback: token.rollback }] : [],
  )
  return [...Map.groupBy(back, ({ rollback }) => `${rollback.by} ${rollback.at}`).values()].flatMap(
    (group) => {
      const [first] = group
      if (!first) return []
      const { by, at, reason } = first.rollback
      const label = ({ token, rollback }: (typeof group)[number]) =>
        oldVersionName({ ...token, versionId: rollback.to })
      const pending = group.filter(({ rollback }) => rollback.currentAt === null)
      const notes = pending.flatMap(
        ({ token, rollback }) =>
          revocations.find((row) => row.secret === token.secret && row.versionId === rollback.to)
            ?.stageNote ?? [],
      )
      const state =
        pending.length > 0
          ? ` · ${group.length - pending.length} of ${group.length} current again${notes[0] ? `: ${escapeUntrusted(notes[0], 200)}` : ''}`
          : ' · current again'
      return [
        `↩ *Rolled back* by ${who(by, names)}, ${when(at)}: ${list(group.map(label), NAMED)}${state} · ${escapeUntrusted(reason, 300)}`,
      ]
    },
  )
}

/** To roll tokens back, where one can be. */
export const rollbackButtons = ({ rotation, revocations }: RotationState): Button[] =>
  !isClosed(rotation) &&
  rotation.revoker === 'bot' &&
  rollbackOptions(rotation, revocations).some(({ obstacle }) => obstacle === null)
    ? [button('Roll back', ACTIONS.rollback, rotationLabel(rotation.id))]
    : []
