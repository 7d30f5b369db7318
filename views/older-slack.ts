import type { AlertBlock, AnyBlock, ModalView } from '@slack/types'

/** What is shown instead of a block that not every Slack takes; null leaves it out. */
const REPLACEMENTS: Record<string, (block: AnyBlock) => AnyBlock | null> = {
  file_input: () => null,
  alert: (block) => {
    const { level: _, ...notice } = block as AlertBlock
    return { ...notice, type: 'section' }
  },
}

/** The type that decides whether Slack takes a block: that of an input is its element's. */
const kindOf = (block: AnyBlock): string =>
  block.type === 'input' && 'element' in block ? block.element.type : block.type

/** Whether a modal has blocks that not every Slack takes. */
export const hasNewerBlocks = (view: ModalView): boolean =>
  view.blocks.some((block) => Object.hasOwn(REPLACEMENTS, kindOf(block)))

/** The modal for a Slack, or an app, that does not have the newer blocks. */
export const withoutNewerBlocks = (view: ModalView): ModalView => ({
  ...view,
  blocks: view.blocks.flatMap((block) => {
    const replace = REPLACEMENTS[kindOf(block)]
    return replace ? (replace(block) ?? []) : [block]
  }),
})
