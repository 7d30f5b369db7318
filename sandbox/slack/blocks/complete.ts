import { randomBytes } from 'node:crypto'
import { type Dict, dictsIn, isDict } from '../json.ts'

export interface Block extends Dict {
  type: string
  block_id: string
}

const ID_LESS = new Set(['image', 'plain_text', 'mrkdwn'])

export const randomId = (bytes = 4): string => randomBytes(bytes).toString('base64url').slice(0, 5)

/**
 * Fills in the defaults: block and action ids, `emoji` on plain text and `verbatim` on mrkdwn.
 * As in Slack, missing ids are new each time, so an update loses what was typed in such a block.
 */
export function completeBlocks(blocks: unknown): Block[] {
  return dictsIn(blocks).map((block) => {
    const filled = asDictOf(withDefaults(block))
    return {
      ...filled,
      type: String(block.type),
      block_id: typeof block.block_id === 'string' ? block.block_id : randomId(),
      ...withActionIds(filled),
    }
  })
}

function withActionIds(block: Dict): Dict {
  const named = (element: unknown) =>
    isDict(element) && element.action_id === undefined && !ID_LESS.has(String(element.type))
      ? { ...element, action_id: randomId() }
      : element
  const actions = block.type === 'actions' || block.type === 'context_actions'
  return {
    ...(actions && Array.isArray(block.elements) ? { elements: block.elements.map(named) } : {}),
    ...(block.element === undefined ? {} : { element: named(block.element) }),
    ...(block.accessory === undefined ? {} : { accessory: named(block.accessory) }),
  }
}

/** Adds the defaults of text objects in a tree. */
export function withDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withDefaults)
  if (!isDict(value)) return value
  const copy = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withDefaults(each)]))
  if (copy.type === 'plain_text' && copy.emoji === undefined) return { ...copy, emoji: true }
  if (copy.type === 'mrkdwn' && copy.verbatim === undefined) return { ...copy, verbatim: false }
  return copy
}

const asDictOf = (value: unknown): Dict => (isDict(value) ? value : {})

/** The interactive elements of a block. */
export function elementsOf(block: Dict): Dict[] {
  const candidates = [
    block.element,
    block.accessory,
    ...(block.type === 'rich_text' ? [] : dictsIn(block.elements)),
  ]
  return candidates.filter(isDict).filter((element) => typeof element.action_id === 'string')
}
