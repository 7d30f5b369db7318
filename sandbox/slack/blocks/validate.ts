import { type Dict, dictsIn, isDict } from '../json.ts'
import { blocksOn } from './blocks.ts'
import { plainText } from './composition.ts'
import { LIMITS } from './limits.ts'
import {
  boolean,
  byType,
  type Check,
  type Fields,
  lengthOf,
  object,
  optional,
  type Problem,
  string,
  withRules,
} from './schema.ts'

export type { Problem }

const message = blocksOn('message')

/** Slack's complaints about the blocks of a message. */
export function validateMessageBlocks(blocks: unknown): Problem[] {
  const problems = message(blocks, '/blocks')
  return problems.length > 0 ? problems : tooMuchMarkdown(dictsIn(blocks))
}

// The limit applies to all markdown blocks of a message together.
function tooMuchMarkdown(blocks: Dict[]): Problem[] {
  const texts = blocks.filter((block) => block.type === 'markdown').map((block) => String(block.text))
  const total = texts.reduce((sum, text) => sum + lengthOf(text), 0)
  if (total <= LIMITS.markdownText) return []
  return [{ message: `must be less than ${LIMITS.markdownText + 1} characters`, pointer: '/blocks' }]
}

const shared: Fields = {
  type: string(),
  private_metadata: optional(string({ max: LIMITS.privateMetadata })),
  callback_id: optional(string({ max: LIMITS.callbackId })),
  external_id: optional(string({ max: LIMITS.id })),
}

const modal: Check = withRules(
  object({
    ...shared,
    blocks: blocksOn('modal'),
    title: plainText(LIMITS.modalTitle),
    submit: optional(plainText(LIMITS.modalButton)),
    close: optional(plainText(LIMITS.modalButton)),
    clear_on_close: optional(boolean),
    notify_on_close: optional(boolean),
  }),
  (view, pointer) => {
    const at = dictsIn(view.blocks).findIndex((block) => block.type === 'input')
    if (at < 0 || view.submit !== undefined) return []
    const message = 'must define `submit` to use an `input` block in modals'
    return [{ message, pointer: `${pointer}/blocks/${at}/input` }]
  },
)

const home: Check = object({ ...shared, blocks: blocksOn('home') })

const VIEWS: Record<'modal' | 'home', Check> = { modal: byType({ modal }), home: byType({ home }) }

/** Slack's complaints about a view of this type. */
export function validateView(view: unknown, type: 'modal' | 'home'): Problem[] {
  if (!isDict(view)) return [{ message: 'must provide an object', pointer: '/view' }]
  return VIEWS[type](view, '/view')
}

/** A line of `response_metadata.messages`. */
export const problemLine = (problem: Problem): string =>
  `[ERROR] ${problem.message} [json-pointer:${problem.pointer}]`
