import type { Block } from './blocks/complete.ts'
import type { Dict } from './json.ts'

export interface User {
  id: string
  name: string
  realName: string
  email?: string | undefined
  botId?: string | undefined
}

export interface Conversation {
  id: string
  kind: 'channel' | 'im'
  name: string
  topic: string
  archived?: boolean
  /** Unix seconds. */
  created: number
  /** User ids, including the bot's where it is a member. */
  members: string[]
  /** The person in an IM with the bot. */
  user?: string | undefined
}

export interface Message {
  channel: string
  ts: string
  user: string
  bot_id?: string | undefined
  app_id?: string | undefined
  text: string
  subtype?: string | undefined
  blocks?: Block[] | undefined
  attachments?: Dict[] | undefined
  files?: string[] | undefined
  thread_ts?: string | undefined
  metadata?: Dict | undefined
  edited?: { user: string; ts: string } | undefined
  reactions?: { name: string; users: string[] }[] | undefined
  /** Visible to this person only. */
  ephemeralFor?: string | undefined
}

export interface View extends Dict {
  id: string
  type: 'modal' | 'home'
  hash: string
  blocks: Block[]
  callback_id: string
  external_id: string
  private_metadata: string
  root_view_id: string
  previous_view_id: string | null
}

/** A view with Slack's own data about it. */
export interface OpenView {
  view: View
  user: string
  /** Errors of a refused submission, by block id. */
  errors?: Record<string, string> | undefined
}

export interface UploadedFile {
  id: string
  /** Who uploaded it; the bot where it is undefined. */
  user?: string | undefined
  token: string
  name: string
  title: string
  length: number
  /** Base64; undefined before the upload. */
  content?: string | undefined
  mimetype: string
  /** Unix seconds. */
  created: number
  complete: boolean
  /** Machine time in milliseconds at which processing ends; undefined for files that need none. */
  processedAt?: number | undefined
  shares: { channel: string; ts: string; thread_ts?: string | undefined }[]
}

export interface Trigger {
  id: string
  user: string
  /** Milliseconds of the machine's clock, because a trigger expires in real time. */
  at: number
  exchanged: boolean
  viewId?: string | undefined
}

export interface ResponseUrl {
  id: string
  user: string
  channel: string
  uses: number
  /** Milliseconds of the sandbox's clock. */
  expiresAt: number
  message?: { ts: string } | undefined
}

export type EnvelopeType = 'slash_commands' | 'interactive' | 'events_api'

export interface Envelope {
  envelope_id: string
  type: EnvelopeType
  accepts_response_payload: boolean
  payload: Dict
  retry_attempt: number
  retry_reason: string
  /** The fault dropped an acknowledgement. */
  ackLost?: boolean | undefined
}
