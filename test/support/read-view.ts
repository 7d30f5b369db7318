import type { View } from '@slack/types'
import type { Message } from '#views/blocks'
import { toPlainText } from '#views/text'
import { textsIn } from './block-kit-checker.ts'

/** The text of a view or message, without markup; dates in UTC. */
export const wordsOf = (shown: Message | View): string =>
  textsIn({ ...shown, text: undefined })
    .map(({ type, text }) => (type === 'mrkdwn' ? toPlainText(text) : text))
    .join('\n')
    .replaceAll('*', '')

interface Named {
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

export const buttonsOf = (shown: { blocks: unknown[] }): Named[] =>
  blocksOf(shown).flatMap((block) => [
    ...(block.type === 'actions' ? (block.elements ?? []) : []),
    ...(block.accessory ? [block.accessory] : []),
  ])

export const actionIdsOf = (shown: { blocks: unknown[] }): (string | undefined)[] =>
  buttonsOf(shown).map((button) => button.action_id)

/** Inputs with their elements, by block id. */
export const inputsOf = (shown: { blocks: unknown[] }): Record<string, Shown> =>
  Object.fromEntries(
    blocksOf(shown)
      .filter((block) => block.type === 'input')
      .map((block) => [block.block_id ?? '', block]),
  )
