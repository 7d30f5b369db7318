import { randomBytes } from 'node:crypto'
import { type Content, readContent } from '../content.ts'
import { joinedConversation } from '../conversations.ts'
import { mimetypeOf, presentFile } from '../files.ts'
import { type Dict, dictsIn } from '../json.ts'
import { postAsBot } from '../messages.ts'
import type { UploadedFile } from '../model.ts'
import { processedAt } from '../shown-files.ts'
import { invalidArguments, SlackError } from '../slack-error.ts'
import { nowSeconds, type SlackState, slackId } from '../state.ts'
import { type Call, jsonArg, type Method, requiredArg, textArg } from './call.ts'

/** Size limit of a file, in bytes. */
export const MAX_FILE_BYTES = 10_000_000

function getUploadUrl({ state, args }: Call): Dict {
  const name = requiredArg(args, 'filename')
  const length = Number(requiredArg(args, 'length'))
  if (!Number.isInteger(length) || length < 1)
    throw invalidArguments('must provide an integer [json-pointer:/length]')
  if (length > MAX_FILE_BYTES) throw new SlackError('file_upload_size_restricted')
  const id = slackId('F')
  const token = randomBytes(24).toString('base64url')
  state.files.put(id, {
    id,
    token,
    name,
    title: name,
    length,
    mimetype: mimetypeOf(name),
    created: nowSeconds(state.world),
    complete: false,
    shares: [],
  })
  return { upload_url: `${state.world.url()}/slack/upload/${token}`, file_id: id }
}

function completeUpload({ state, args }: Call): Dict {
  const wanted = dictsIn(jsonArg(args, 'files', 'invalid_arguments'))
  if (wanted.length === 0) throw invalidArguments('missing required field: files')
  const files = wanted.map(({ id, title }) => uploadedFile(state, id, title))
  const channels = textArg(args, 'channel_id') ?? textArg(args, 'channels')
  const conversations = (channels?.split(',') ?? []).map((id) => joinedConversation(state, id.trim()))
  const thread_ts = textArg(args, 'thread_ts')
  const content: Content = {
    ...readContent({ blocks: args.blocks }),
    text: textArg(args, 'initial_comment') ?? '',
  }
  for (const file of files)
    state.files.put(file.id, { ...file, complete: true, processedAt: processedAt(file) })
  for (const conversation of conversations) {
    const ids = files.map((file) => file.id)
    const message = postAsBot(state, conversation, content, { thread_ts, files: ids, subtype: 'file_share' })
    for (const id of ids)
      share(state, id, { channel: conversation.id, ts: message.ts, thread_ts: message.thread_ts })
  }
  return { files: files.map((file) => presentFile(state, file.id)) }
}

function uploadedFile(state: SlackState, id: unknown, title: unknown): UploadedFile {
  const file = state.files.get(String(id))
  if (!file || file.content === undefined) throw new SlackError('file_not_found')
  if (file.complete) throw new SlackError('file_update_failed')
  return typeof title === 'string' && title !== '' ? { ...file, title } : file
}

function share(state: SlackState, id: string, to: UploadedFile['shares'][number]): void {
  const file = state.files.get(id)
  if (file) state.files.put(id, { ...file, shares: [...file.shares, to] })
}

function info({ state, args }: Call): Dict {
  const file = state.files.get(requiredArg(args, 'file'))
  if (!file?.complete) throw new SlackError('file_not_found')
  return { file: presentFile(state, file.id), comments: [], response_metadata: { next_cursor: '' } }
}

export const FILE_METHODS: Record<string, Method> = {
  'files.getUploadURLExternal': getUploadUrl,
  'files.completeUploadExternal': completeUpload,
  'files.info': info,
}
