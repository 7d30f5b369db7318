import { SlackError, type WebClient } from '@slack/web-api'
import type { FileFault, FileReading, UploadedFiles } from '#domain/ports/uploaded-files'
import { errorText } from '#redaction/error-text'
import { findCredential } from '#redaction/find-credential'
import { download, isImage, textIn } from './download.ts'
import { describeSlackError, readCode } from './slack-errors.ts'

/** Slack takes files of 10 MB at most in a form (“File input element”). */
const LARGEST = 10_000_000
/** A text is searched for credentials, some 1 ms a kilobyte. An excerpt is what people want to see. */
const LONGEST_TEXT = 200_000
const REMEMBERED_MS = 10 * 60_000

/** What `files.info` says, as far as it is used. */
interface FileInfo {
  name?: string
  user?: string
  size?: number
  mode?: string
  is_external?: boolean
  permalink?: string
  url_private_download?: string
  url_private?: string
}

/** Reads files that people uploaded, for their digests. Nothing of their content leaves this file. */
export function slackFiles(slack: WebClient, token: string): UploadedFiles {
  const readings = new Map<string, { reading: Promise<FileReading>; until: number }>()
  return {
    async read(id, by) {
      const now = performance.now()
      for (const [key, { until }] of readings) if (until < now) readings.delete(key)
      const key = `${id} ${by}`
      const known = readings.get(key)
      if (known) return known.reading
      const reading = readFile(slack, token, id, by)
      readings.set(key, { reading, until: now + REMEMBERED_MS })
      // What may be otherwise at the next attempt is not remembered.
      if ((await reading).fault) readings.delete(key)
      return reading
    },
  }
}

async function readFile(slack: WebClient, token: string, id: string, by: string): Promise<FileReading> {
  let name: string | null = null
  const refused = (fault: FileFault): FileReading => ({ file: null, name, fault })
  try {
    const info: FileInfo = (await slack.files.info({ file: id })).file ?? {}
    name = info.name ?? id
    const named = await findCredential(name)
    if (named) return refused({ kind: 'credential', what: named.kind, line: null, in: 'name' })
    const fault = faultOf(info, by)
    if (fault) return refused(fault)
    const address = info.url_private_download ?? info.url_private ?? ''
    const got = await download(address, token, LARGEST)
    if ('problem' in got) return refused({ kind: 'not-given', reason: got.problem })
    const { content, digest } = got
    const size = content.length
    if (size !== info.size)
      return refused({ kind: 'not-given', reason: 'Slack sent something else than the file' })
    const text = isImage(content) ? null : textIn(content)
    if (text === null && !isImage(content)) return refused({ kind: 'neither-image-nor-text' })
    if (text !== null && size > LONGEST_TEXT)
      return refused({ kind: 'text-too-long', size, limit: LONGEST_TEXT })
    const found = text === null ? null : await findCredential(text)
    if (found) return refused({ kind: 'credential', what: found.kind, line: found.line, in: 'text' })
    return { file: { name, size, digest, permalink: info.permalink ?? '' }, fault: null }
  } catch (error) {
    return refused(faultOfError(error))
  }
}

function faultOf(info: FileInfo, by: string): FileFault | null {
  if (info.mode === 'tombstone') return { kind: 'deleted' }
  if (info.user !== by) return { kind: 'not-yours' }
  if (info.is_external) return { kind: 'elsewhere' }
  const { size = 0 } = info
  return size > LARGEST ? { kind: 'too-big', size, limit: LARGEST } : null
}

const DELETED = ['file_not_found', 'file_deleted']

function faultOfError(error: unknown): FileFault {
  if (!(error instanceof SlackError)) return { kind: 'not-given', reason: errorText(error) }
  const code = readCode(error)
  if (code !== null && DELETED.includes(code)) return { kind: 'deleted' }
  return { kind: 'not-given', reason: describeSlackError(error).problem }
}
