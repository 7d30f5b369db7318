import { randomBytes } from 'node:crypto'
import type { Context } from 'hono'
import { Hono } from 'hono'
import { type Content, fallbackText, readContent, requireSomething } from './content.ts'
import { type Dict, isDict } from './json.ts'
import { editMessage, postAsBot, removeMessage } from './messages.ts'
import { flagArg, textArg } from './methods/call.ts'
import type { Conversation, Message, ResponseUrl } from './model.ts'
import { SlackError } from './slack-error.ts'
import { messageKey, type SlackState } from './state.ts'

const MAX_USES = 5
const LIFETIME_MS = 30 * 60_000

/** Creates the response URL of an interaction. @param message the message of the button */
export function createResponseUrl(
  state: SlackState,
  of: { user: string; channel: string; message?: { ts: string } | undefined },
): string {
  const now = state.world.clock.now().getTime()
  for (const old of state.responseUrls.all()) {
    // Kept beyond its end, so that a late call gets `expired_url`.
    if (now - old.expiresAt > LIFETIME_MS) state.responseUrls.delete(old.id)
  }
  const id = randomBytes(18).toString('base64url')
  state.responseUrls.put(id, { id, ...of, uses: 0, expiresAt: now + LIFETIME_MS })
  return `${state.world.url()}/slack/response/${id}`
}

/** `/slack/response/:id` */
export function createResponses(state: SlackState): Hono {
  const app = new Hono()
  app.post('/response/:id', async (c) => {
    const target = state.responseUrls.get(c.req.param('id'))
    const over = target ? endOf(state, target) : 'invalid_url'
    if (!target || over) return c.json({ ok: false, error: over }, 404)
    try {
      const body = await readBody(c)
      respond(state, target, body)
      state.responseUrls.put(target.id, { ...target, uses: target.uses + 1 })
      return c.json({ ok: true })
    } catch (error) {
      if (!(error instanceof SlackError)) throw error
      return c.json({ ok: false, error: error.code, response_metadata: { messages: error.lines } }, 400)
    }
  })
  return app
}

async function readBody(c: Context): Promise<Dict> {
  const body: unknown = await c.req.json().catch(() => undefined)
  if (!isDict(body)) throw new SlackError('invalid_payload')
  return body
}

function endOf(state: SlackState, target: ResponseUrl): string | undefined {
  if (state.world.clock.now().getTime() > target.expiresAt) return 'expired_url'
  return target.uses >= MAX_USES ? 'used_url' : undefined
}

/**
 * Applies an app's answer from a response URL or an acknowledgement: replaces or deletes the original
 * message, or posts one, ephemeral unless `response_type` is `in_channel`.
 */
export function respond(
  state: SlackState,
  target: Omit<ResponseUrl, 'id' | 'uses' | 'expiresAt'>,
  body: Dict,
): void {
  const original = target.message && state.messages.get(messageKey(target.channel, target.message.ts))
  if (flagArg(body, 'delete_original')) {
    if (original) removeMessage(state, original)
    return
  }
  const content = readContent(body)
  requireSomething(content)
  if (flagArg(body, 'replace_original') && original) {
    replace(state, original, content)
    return
  }
  const conversation = state.conversations.get(target.channel)
  if (!conversation) throw new SlackError('channel_not_found')
  say(state, conversation, content, target.user, body)
}

/** Unlike `chat.update`, a replacement drops blocks that are not given. */
function replace(state: SlackState, original: Message, content: Content): void {
  const text = fallbackText(content)
  editMessage(state, original, {
    ...content,
    text,
    blocks: content.blocks ?? [],
    attachments: content.attachments ?? [],
  })
}

function say(
  state: SlackState,
  conversation: Conversation,
  content: Content,
  user: string,
  body: Dict,
): void {
  const open = body.response_type === 'in_channel'
  postAsBot(state, conversation, content, {
    thread_ts: textArg(body, 'thread_ts'),
    ephemeralFor: open ? undefined : user,
  })
}
