import { type Block, completeBlocks } from './blocks/complete.ts'
import { LIMITS } from './blocks/limits.ts'
import { lengthOf } from './blocks/schema.ts'
import { validateMessageBlocks } from './blocks/validate.ts'
import { type Dict, dictsIn, isDict } from './json.ts'
import { jsonArg, textArg } from './methods/call.ts'
import { invalidBlocks, SlackError } from './slack-error.ts'

/** Content of a message; undefined parts were not given. */
export interface Content {
  text: string | undefined
  blocks: Block[] | undefined
  attachments: Dict[] | undefined
  metadata: Dict | undefined
}

/** Slack's text for a message with blocks only. */
const NO_FALLBACK = "This content can't be displayed."

/**
 * Reads a message from arguments.
 *
 * @throws SlackError `invalid_blocks`, `invalid_blocks_format`, `msg_blocks_too_long`,
 * `too_many_attachments`, `invalid_attachments`, `invalid_metadata_format`, `invalid_metadata_schema`,
 * `metadata_too_large`
 */
export function readContent(args: Dict): Content {
  return {
    text: textArg(args, 'text'),
    blocks: readBlocks(jsonArg(args, 'blocks', 'invalid_blocks_format')),
    attachments: readAttachments(jsonArg(args, 'attachments', 'invalid_attachments')),
    metadata: readMetadata(jsonArg(args, 'metadata', 'invalid_metadata_format')),
  }
}

/** @throws SlackError `no_text` for empty content */
export function requireSomething(content: Content): void {
  const { text, blocks, attachments } = content
  if (text === undefined && !blocks?.length && !attachments?.length) throw new SlackError('no_text')
}

export const fallbackText = ({ text, blocks }: Pick<Content, 'text' | 'blocks'>): string =>
  text ?? (blocks?.length ? NO_FALLBACK : '')

/** Slack truncates long posted text ("Truncating really long messages"). */
export function truncated(text: string): string {
  return lengthOf(text) > LIMITS.postedText ? [...text].slice(0, LIMITS.postedText).join('') : text
}

function readBlocks(blocks: unknown): Block[] | undefined {
  if (blocks === undefined) return undefined
  if (!Array.isArray(blocks)) throw new SlackError('invalid_blocks_format')
  const problems = validateMessageBlocks(blocks)
  if (problems.length > 0) throw invalidBlocks(problems)
  if (dictsIn(blocks).filter((block) => block.type === 'table').length > 1) {
    throw new SlackError('invalid_attachments', ['[ERROR] only_one_table_allowed'])
  }
  return completeBlocks(blocks)
}

/** @throws SlackError `msg_blocks_too_long`; response URLs and ephemeral messages have no such limit */
export function requireShortBlocks(blocks: Block[] | undefined): void {
  if (blocks && JSON.stringify(blocks).length > LIMITS.messageBlocksJson)
    throw new SlackError('msg_blocks_too_long')
}

function readAttachments(attachments: unknown): Dict[] | undefined {
  if (attachments === undefined) return undefined
  if (!Array.isArray(attachments) || !attachments.every(isDict)) throw new SlackError('invalid_attachments')
  if (attachments.length > LIMITS.attachments) throw new SlackError('too_many_attachments')
  return attachments.map((attachment) => {
    const blocks = readBlocks(attachment.blocks)
    return blocks ? { ...attachment, blocks } : attachment
  })
}

function readMetadata(metadata: unknown): Dict | undefined {
  if (metadata === undefined) return undefined
  if (!isDict(metadata)) throw new SlackError('invalid_metadata_format')
  // An empty object removes the metadata.
  if (Object.keys(metadata).length === 0) return metadata
  if (typeof metadata.event_type !== 'string' || !isDict(metadata.event_payload)) {
    throw new SlackError('invalid_metadata_schema')
  }
  if (Buffer.byteLength(JSON.stringify(metadata)) > LIMITS.metadataBytes)
    throw new SlackError('metadata_too_large')
  return metadata
}
