import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { App, LogLevel, SocketModeReceiver } from '@slack/bolt'
import { WebClient } from '@slack/web-api'
import { Hono } from 'hono'
import { CREDENTIALS } from '#sandbox/demo-users'
import { grantMoreScopes } from '#sandbox/slack/scopes'
import { seedSlack } from '#sandbox/slack/seed'
import { createSlack } from '#sandbox/slack/slack'
import { openStore } from '#sandbox/store'
import { createWorld, type World } from '#sandbox/world'

export const OPERATOR = 'U0OPERATOR'
export const LEAD = 'U0DEVOPSLEAD'
export const CHANNEL = 'C0FLASHFUSIONAI'
export const ELSEWHERE = 'C0GENERAL'

/** Scopes of methods that the sandbox supports and the bot does not use. */
const BEYOND_THE_MANIFEST = [
  'channels:join',
  'files:read',
  'im:history',
  'im:read',
  'reactions:write',
  'users:read.email',
]

export interface MessageAnswer {
  [more: string]: unknown
  ts: string
  text: string
  user: string
  username: string
  blocks: { block_id: string; text: { text: string } }[]
  files: { id: string; content: string }[]
  ephemeral?: true
}

export interface ViewAnswer {
  id: string
  hash: string
  title: { text: string }
  blocks: { block_id: string; type: string; element: { action_id: string } }[]
  errors?: Record<string, string>
  root_view_id: string
  previous_view_id: string | null
}

/** Any answer; a missing field is undefined and fails the test. */
export interface Answer {
  [more: string]: unknown
  ok: boolean
  error: string
  ts: string
  messages: MessageAnswer[]
  message: MessageAnswer
  view: ViewAnswer
  stack: ViewAnswer[]
}

export type Args = Record<string, unknown>

export interface Workspace {
  url: string
  world: World
  web: WebClient
  api(method: string, args?: Args): Promise<Answer>
  get(path: string): Promise<Answer>
  post(path: string, body?: Args): Promise<Answer>
  call(method: string, init: RequestInit): Promise<{ status: number; headers: Headers; body: Answer }>
  /** A Bolt app on Socket Mode; stopped with the workspace. @param build adds listeners */
  bolt(build: (app: App) => void): Promise<App>
  stop(): Promise<void>
}

/** Starts Slack alone, on a free port. @param file state; in memory when absent */
export async function startWorkspace(file = ':memory:'): Promise<Workspace> {
  const store = openStore(file)
  let url = ''
  const world = createWorld(store, () => url)
  if (!store.seeded) {
    seedSlack(world)
    store.markSeeded()
  }
  grantMoreScopes(world, BEYOND_THE_MANIFEST)
  const slack = createSlack(world)
  const app = new Hono()
  app.route('/slack', slack.routes)
  app.route('/sandbox/api/slack', slack.control)
  const server = await new Promise<ReturnType<typeof serve>>((resolve) => {
    const starting = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, () => resolve(starting))
  })
  server.on('upgrade', slack.upgrade)
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const apps: App[] = []
  const slackApiUrl = `${url}/slack/api/`
  const web = new WebClient(CREDENTIALS.slackBotToken, { slackApiUrl, logger: SILENT })
  const json = async (response: Response) => (await response.json()) as Answer

  return {
    url,
    world,
    web,
    api: async (method, args = {}) => (await web.apiCall(method, args)) as Answer,
    get: (path) => fetch(`${url}/sandbox/api/slack${path}`).then(json),
    post: (path, body = {}) =>
      fetch(`${url}/sandbox/api/slack${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }).then(json),
    async call(method, init) {
      const response = await fetch(`${slackApiUrl}${method}`, init)
      const body = response.status === 500 ? {} : await response.json()
      return { status: response.status, headers: response.headers, body: body as Answer }
    },
    async bolt(build) {
      const bolt = createBolt(slackApiUrl)
      build(bolt)
      await bolt.start()
      apps.push(bolt)
      return bolt
    },
    async stop() {
      for (const bolt of apps) await bolt.stop()
      slack.close()
      await new Promise((resolve) => {
        server.close(resolve)
        if ('closeAllConnections' in server) server.closeAllConnections()
      })
      store.close()
    },
  }
}

const quiet = () => {}
const SILENT = {
  debug: quiet,
  info: quiet,
  warn: quiet,
  error: quiet,
  setLevel: quiet,
  setName: quiet,
  getLevel: () => LogLevel.ERROR,
}

function createBolt(slackApiUrl: string): App {
  const receiver = new SocketModeReceiver({
    appToken: CREDENTIALS.slackAppToken,
    logger: SILENT,
    installerOptions: { clientOptions: { slackApiUrl } },
    // Short, so that the client reconnects quickly.
    clientPingTimeout: 600,
  })
  return new App({
    token: CREDENTIALS.slackBotToken,
    receiver,
    logger: SILENT,
    clientOptions: { slackApiUrl },
  })
}

/** Slack's error code and lines of a call that must fail. */
export async function refusal(call: Promise<unknown>): Promise<{ error: string; messages: string[] }> {
  try {
    await call
  } catch (error) {
    const { data } = error as { data?: { error: string; response_metadata?: { messages?: string[] } } }
    if (data) return { error: data.error, messages: data.response_metadata?.messages ?? [] }
    throw error
  }
  throw new Error('the call was not refused')
}

/** Waits for a truthy result of `check`. */
export async function eventually<T>(
  check: () => T | undefined | Promise<T | undefined>,
): Promise<NonNullable<T>> {
  for (;;) {
    const found = await check()
    if (found !== undefined && found !== null && found !== false) return found as NonNullable<T>
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
