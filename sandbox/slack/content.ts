import { type Block, completeBlocks } from './blocks/complete.ts'
import { LIMITS } from './blocks/limits.ts'
import { lengthOf } from './blocks/schema.ts'
import { validateMessageBlocks } from './blocks/validate.ts'
import { type Dict, dictsIn, isDict } from './json.ts'
import { jsonArg, textArg } from './methods/call.ts'
import { invalidBlocks, SlackError } from './slack-error.ts'

/** What a message says; a part that the caller did not give is undefined. */
export interface Content {
  text: string | undefined
  blocks: Block[] | undefined
  attachments: Dict[] | undefined
  metadata: Dict | undefined
}

/** What Slack shows where only blocks were given. */
export const NO_FALLBACK = "This content can't be displayed."

/**
 * Reads a message from arguments. Throws Slack's codes: `invalid_blocks`, `invalid_blocks_format`,
 * `msg_blocks_too_long`, `too_many_attachments`, `invalid_attachments`, `invalid_metadata_format`,
 * `invalid_metadata_schema`, `metadata_too_large`.
 */
export function readContent(args: Dict): Content {
  return {
    text: textArg(args, 'text'),
    blocks: readBlocks(jsonArg(args, 'blocks', 'invalid_blocks_format')),
    attachments: readAttachments(jsonArg(args, 'attachments', 'invalid_attachments')),
    metadata: readMetadata(jsonArg(args, 'metadata', 'invalid_metadata_format')),
  }
}

/** Throws `no_text` where there is nothing to show. */
export function requireSomething(content: Content): void {
  const { text, blocks, attachments } = content
  if (text === undefined && !blocks?.length && !attachments?.length) throw new SlackError('no_text')
}

export const fallbackText = ({ text, blocks }: Pick<Content, 'text' | 'blocks'>): string =>
  text ?? (blocks?.length ? NO_FALLBACK : '')

/** Posted text beyond the limit is cut off by Slack, not refused ("Truncating really long messages"). */
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

/** Throws `msg_blocks_too_long`; response urls and ephemeral messages are not measured so. */
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
  // An empty object takes the metadata of an earlier version away.
  if (Object.keys(metadata).length === 0) return metadata
  if (typeof metadata.event_type !== 'string' || !isDict(metadata.event_payload)) {
    throw new SlackError('invalid_metadata_schema')
  }
  if (Buffer.byteLength(JSON.stringify(metadata)) > LIMITS.metadataBytes)
    throw new SlackError('metadata_too_large')
  return metadata
}
