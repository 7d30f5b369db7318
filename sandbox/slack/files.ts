import { BOT } from '#sandbox/demo-users'
import type { Dict } from './json.ts'
import type { UploadedFile } from './model.ts'
import { isProcessed } from './shown-files.ts'
import type { SlackState } from './state.ts'

const MIMETYPES: Record<string, string> = {
  csv: 'text/csv',
  gif: 'image/gif',
  jpg: 'image/jpeg',
  json: 'application/json',
  log: 'text/plain',
  md: 'text/markdown',
  pdf: 'application/pdf',
  png: 'image/png',
  txt: 'text/plain',
  yaml: 'application/x-yaml',
  yml: 'application/x-yaml',
}

const extensionOf = (name: string): string => name.split('.').at(-1)?.toLowerCase() ?? ''

export const mimetypeOf = (name: string): string => MIMETYPES[extensionOf(name)] ?? 'application/octet-stream'

export const isText = (mimetype: string): boolean => /^text\/|json|yaml/.test(mimetype)

export const bytesOf = (file: UploadedFile): Buffer => Buffer.from(file.content ?? '', 'base64')

/** Path of a file: `files` for the app with its token, `open` for people. */
export const filePath = (file: UploadedFile, to: 'files' | 'open'): string =>
  `/slack/${to}/${file.id}/${encodeURIComponent(file.name)}`

/** The file object of the Web API; only the id for a deleted file. */
export function presentFile(state: SlackState, id: string): Dict {
  const file = state.files.get(id)
  if (!file?.complete) return { id, mode: 'tombstone' }
  const url = `${state.world.url()}${filePath(file, 'files')}`
  const mimetype = isProcessed(file) ? file.mimetype : ''
  return {
    id,
    created: file.created,
    timestamp: file.created,
    name: file.name,
    title: file.title,
    mimetype,
    filetype: extensionOf(file.name),
    pretty_type: extensionOf(file.name).toUpperCase(),
    user: file.user ?? BOT.userId,
    size: file.length,
    mode: isText(mimetype) ? 'snippet' : 'hosted',
    is_external: false,
    is_public: file.shares.length > 0,
    editable: isText(mimetype),
    url_private: url,
    url_private_download: url,
    permalink: `${state.world.url()}${filePath(file, 'open')}`,
    channels: [...new Set(file.shares.map((share) => share.channel))],
    shares: { public: sharesByChannel(file) },
    ...(isText(mimetype) ? { preview: bytesOf(file).toString().slice(0, 500) } : {}),
  }
}

function sharesByChannel(file: UploadedFile): Dict {
  const channels = [...new Set(file.shares.map((share) => share.channel))]
  return Object.fromEntries(
    channels.map((channel) => [
      channel,
      file.shares
        .filter((share) => share.channel === channel)
        .map(({ ts, thread_ts }) => ({ ts, ...(thread_ts ? { thread_ts } : {}) })),
    ]),
  )
}
