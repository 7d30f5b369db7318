import type { Block } from './blocks/complete.ts'
import type { Dict } from './json.ts'

/** A person, the bot's own user, or Slackbot. */
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
  /** Unix seconds. */
  created: number
  /** User ids, the bot's among them where it is in. */
  members: string[]
  /** The person at the other end of an IM with the bot. */
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
  /** Ids of files. */
  files?: string[] | undefined
  thread_ts?: string | undefined
  metadata?: Dict | undefined
  edited?: { user: string; ts: string } | undefined
  reactions?: { name: string; users: string[] }[] | undefined
  /** Only this person sees it. */
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

/** A view with what Slack knows about it beside what the app sees. */
export interface OpenView {
  view: View
  user: string
  /** What stands at the fields after a refused submission: sentence by block id. */
  errors?: Record<string, string> | undefined
}

export interface UploadedFile {
  id: string
  token: string
  name: string
  title: string
  length: number
  /** Base64 of what was uploaded; undefined until it was. */
  content?: string | undefined
  mimetype: string
  /** Unix seconds. */
  created: number
  complete: boolean
  /** The machine's time in milliseconds at which Slack has looked at it; undefined where it is shown at once. */
  processedAt?: number | undefined
  shares: { channel: string; ts: string; thread_ts?: string | undefined }[]
}

export interface Trigger {
  id: string
  user: string
  /** Milliseconds of the machine's clock: a trigger lives on real time. */
  at: number
  exchanged: boolean
  /** The modal that the interaction came from. */
  viewId?: string | undefined
}

export interface ResponseUrl {
  id: string
  user: string
  channel: string
  uses: number
  /** Milliseconds of the sandbox's clock. */
  expiresAt: number
  /** The message that held the button. */
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
  /** An acknowledgement was thrown away by the fault. */
  ackLost?: boolean | undefined
}
