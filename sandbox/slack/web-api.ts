import { type Context, Hono } from 'hono'
import { CREDENTIALS } from '#sandbox/demo-users'
import { asText, type Dict, isDict } from './json.ts'
import { BLOCK_METHODS } from './methods/blocks.ts'
import type { Method } from './methods/call.ts'
import { CHAT_METHODS } from './methods/chat.ts'
import { CONVERSATION_METHODS } from './methods/conversations.ts'
import { FILE_METHODS } from './methods/files.ts'
import { PEOPLE_METHODS } from './methods/people.ts'
import { VIEW_METHODS } from './methods/views.ts'
import { APP_METHODS, WORKSPACE_METHODS } from './methods/workspace.ts'
import { botScopes, requireScope } from './scopes.ts'
import { SlackError } from './slack-error.ts'
import type { SlackState } from './state.ts'

const BOT_METHODS: Record<string, Method> = {
  ...WORKSPACE_METHODS,
  ...CHAT_METHODS,
  ...CONVERSATION_METHODS,
  ...PEOPLE_METHODS,
  ...VIEW_METHODS,
  ...FILE_METHODS,
  ...BLOCK_METHODS,
}

const TOKENS = {
  bot: CREDENTIALS.slackBotToken,
  app: CREDENTIALS.slackAppToken,
} as const

/** `/slack/api/:method`: Slack's Web API. */
export function createWebApi(state: SlackState): Hono {
  const app = new Hono()
  app.on(['GET', 'POST'], '/api/:method', async (c) => {
    const name = c.req.param('method')
    if (hangs(state, name)) await until(() => !hangs(state, name))
    const fault = faultFor(state, name)
    if (fault) return fault
    try {
      const { args, token } = await readCall(c)
      const method = methodFor(name, token)
      if (token === TOKENS.bot) requireScope(state.world, name, args)
      return c.json({ ok: true, ...method({ state, args }) }, 200, scopes(state, token))
    } catch (error) {
      if (!(error instanceof SlackError)) throw error
      return c.json(refusal(error), 200)
    }
  })
  return app
}

function scopes({ world }: SlackState, token: string): Record<string, string> {
  return { 'x-oauth-scopes': token === TOKENS.app ? 'connections:write' : botScopes(world).join(',') }
}

function refusal(error: SlackError): Dict {
  const messages = error.lines.length > 0 ? { response_metadata: { messages: error.lines } } : {}
  return { ok: false, error: error.code, ...error.extra, ...messages }
}

const rateLimited = (): Response =>
  Response.json({ ok: false, error: 'ratelimited' }, { status: 429, headers: { 'retry-after': '1' } })

function hangs({ world: { faults } }: SlackState, name: string): boolean {
  return faults.on('slack-hangs') || (name === 'apps.connections.open' && faults.on('slack-connection-hangs'))
}

const LOOK_EVERY_MS = 50

const until = (condition: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    const timer = setInterval(() => {
      if (!condition()) return
      clearInterval(timer)
      resolve()
    }, LOOK_EVERY_MS)
    timer.unref()
  })

function faultFor(state: SlackState, name: string): Response | undefined {
  const { faults } = state.world
  if (name.startsWith('files.') && faults.on('slack-files-unavailable'))
    return new Response('Internal Server Error', { status: 500 })
  const readsBack = ['conversations.history', 'conversations.replies'].includes(name)
  if (readsBack && faults.on('slack-history-fails'))
    return new Response('Internal Server Error', { status: 500 })
  if (faults.on('slack-unavailable')) return new Response('Service Unavailable', { status: 503 })
  if (['views.update', 'views.push'].includes(name) && faults.on('slack-views-rate-limited'))
    return rateLimited()
  if (name === 'chat.update' && faults.on('slack-messages-locked'))
    return Response.json({ ok: false, error: 'cant_update_message' })
  if (!name.startsWith('chat.')) return undefined
  if (faults.on('slack-rate-limited')) return rateLimited()
  if (faults.on('slack-server-error')) return new Response('Internal Server Error', { status: 500 })
  return undefined
}

/** @throws SlackError `unknown_method`, `not_authed`, `invalid_auth`, `not_allowed_token_type` */
function methodFor(name: string, token: string): Method {
  const forBot = Object.hasOwn(BOT_METHODS, name) ? BOT_METHODS[name] : undefined
  const forApp = Object.hasOwn(APP_METHODS, name) ? APP_METHODS[name] : undefined
  const method = forBot ?? forApp
  if (!method) throw new SlackError('unknown_method', [], { req_method: name })
  if (token === '') throw new SlackError('not_authed')
  const wanted = forBot ? TOKENS.bot : TOKENS.app
  if (token === wanted) return method
  const otherKind = token === TOKENS.bot || token === TOKENS.app
  throw new SlackError(otherKind ? 'not_allowed_token_type' : 'invalid_auth')
}

/** Arguments and token: from the header, or from the argument `token` of a form or query. */
async function readCall(c: Context): Promise<{ args: Dict; token: string }> {
  const { args, mayHoldToken } = await readArgs(c)
  const bearer = /^Bearer (.+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
  const { token, ...rest } = args
  return { args: rest, token: bearer ?? (mayHoldToken ? asText(token) : '') }
}

async function readArgs(c: Context): Promise<{ args: Dict; mayHoldToken: boolean }> {
  const query: Dict = c.req.query()
  const type = c.req.header('content-type') ?? ''
  if (c.req.method === 'GET' || type === '') return { args: query, mayHoldToken: true }
  if (type.startsWith('application/json')) {
    // As in Slack, a token in a JSON body is ignored.
    return { args: { ...query, ...(await readJson(c)) }, mayHoldToken: false }
  }
  if (type.startsWith('application/x-www-form-urlencoded') || type.startsWith('multipart/form-data')) {
    return { args: { ...query, ...(await c.req.parseBody()) }, mayHoldToken: true }
  }
  throw new SlackError('invalid_post_type')
}

async function readJson(c: Context): Promise<Dict> {
  let body: unknown
  try {
    body = await c.req.json()
  } catch {
    throw new SlackError('invalid_json')
  }
  if (!isDict(body)) throw new SlackError('json_not_object')
  return body
}
