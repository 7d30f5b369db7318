import type { View } from '@slack/types'
import type { Message } from '#views/blocks'
import { parseMenuValue } from '#views/ids'
import { toPlainText } from '#views/text'
import { textsIn } from './block-kit-checker.ts'

/** The text of a view or message, without markup; dates in UTC. */
export const wordsOf = (shown: Message | View): string =>
  textsIn({ ...shown, text: undefined })
    .map(({ type, text }) => (type === 'mrkdwn' ? toPlainText(text) : text))
    .join('\n')
    .replaceAll('*', '')

interface Named {
  type?: string
  options?: { value: string; text: { text: string } }[]
  action_id?: string
  value?: string
  style?: string
  text?: { text: string }
}

interface Shown {
  block_id?: string
  type: string
  optional?: boolean
  element?: Named & { type: string }
  elements?: Named[]
  accessory?: Named
}

const blocksOf = (shown: { blocks: unknown[] }): Shown[] => shown.blocks as Shown[]

const actionsOf = (shown: { blocks: unknown[] }): Named[] =>
  blocksOf(shown).flatMap((block) => [
    ...(block.type === 'actions' ? (block.elements ?? []) : []),
    ...(block.accessory ? [block.accessory] : []),
  ])

export const buttonsOf = (shown: { blocks: unknown[] }): Named[] =>
  actionsOf(shown).filter(({ type }) => type !== 'overflow')

/** The options of the overflow menu as the buttons that they act as. */
export const menuOf = (shown: { blocks: unknown[] }): Named[] =>
  actionsOf(shown).flatMap(({ type, options = [] }) =>
    type === 'overflow'
      ? options.map(({ value, text }) => {
          const { actionId, value: own } = parseMenuValue(value)
          return { action_id: actionId, value: own, text }
        })
      : [],
  )

/** What can be done: the buttons, then the options of the menu. */
export const actionIdsOf = (shown: { blocks: unknown[] }): (string | undefined)[] =>
  [...buttonsOf(shown), ...menuOf(shown)].map((button) => button.action_id)

/** Inputs with their elements, by block id. */
export const inputsOf = (shown: { blocks: unknown[] }): Record<string, Shown> =>
  Object.fromEntries(
    blocksOf(shown)
      .filter((block) => block.type === 'input')
      .map((block) => [block.block_id ?? '', block]),
  )
