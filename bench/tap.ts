import { Agent, createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'

/** An envelope that the workspace sent to the app. Times are milliseconds of the tap's own clock. */
export interface Exchange {
  /** Such as `slash_commands`, `block_actions` or `event_callback`. */
  type: string
  sentAt: number
  ackedAt: number | null
  /** When the app opened a modal with its trigger. */
  openedAt: number | null
  /** When the app first used its response URL. */
  answeredAt: number | null
}

/** What an app and its workspace said to each other since it was last read. */
export interface Seen {
  exchanges: Exchange[]
  /** Web API calls by method. */
  calls: Record<string, number>
  /** Errors that the workspace answered, such as `views.open: expired_trigger_id`. */
  errors: Record<string, number>
}

interface Payload {
  type?: string
  trigger_id?: string
  response_url?: string
}

const nothing = (): Seen => ({ exchanges: [], calls: {}, errors: {} })

const add = (counts: Record<string, number>, name: string) => {
  counts[name] = (counts[name] ?? 0) + 1
}

/**
 * A relay between an app and the workspace that notes when envelopes, acknowledgements and calls pass. The app gets
 * `SLACK_API_URL` with the tap's address instead of the workspace's.
 */
export class Tap {
  readonly #workspace: string
  readonly #agent = new Agent({ keepAlive: true })
  readonly #server = createServer((incoming, outgoing) => void this.#relay(incoming, outgoing))
  readonly #sockets = new WebSocketServer({ noServer: true })
  #seen = nothing()
  #byEnvelope = new Map<string, Exchange>()
  #byTrigger = new Map<string, Exchange>()
  #byResponseUrl = new Map<string, Exchange>()
  #url = ''

  /** @param workspace address of the workspace, without a trailing slash */
  constructor(workspace: string) {
    this.#workspace = workspace
    this.#server.on('upgrade', (request, socket, head) => {
      this.#sockets.handleUpgrade(request, socket, head, (app) => this.#join(app, request.url ?? '/'))
    })
  }

  /** @returns its address */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    this.#url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
    return this.#url
  }

  /** What was seen, which is forgotten. */
  take(): Seen {
    const seen = this.#seen
    this.#seen = nothing()
    this.#byEnvelope = new Map()
    this.#byTrigger = new Map()
    this.#byResponseUrl = new Map()
    return seen
  }

  #join(app: WebSocket, path: string): void {
    const workspace = new WebSocket(`${this.#workspace.replace('http', 'ws')}${path}`)
    const waiting: string[] = []
    workspace.on('open', () => {
      for (const text of waiting) workspace.send(text)
    })
    workspace.on('message', (data) => app.send(this.#noteEnvelope(String(data))))
    app.on('message', (data) => {
      const text = String(data)
      this.#noteAcknowledgement(text)
      if (workspace.readyState === WebSocket.OPEN) workspace.send(text)
      else waiting.push(text)
    })
    for (const [socket, other] of [
      [app, workspace],
      [workspace, app],
    ] as const) {
      socket.on('error', () => other.terminate())
      socket.on('close', () => other.terminate())
    }
  }

  #noteEnvelope(text: string): string {
    const {
      envelope_id: id,
      type,
      payload,
    } = JSON.parse(text) as {
      envelope_id?: string
      type: string
      payload?: Payload
    }
    if (!id) return text
    const exchange: Exchange = {
      ...{ type: payload?.type ?? type, sentAt: performance.now() },
      ...{ ackedAt: null, openedAt: null, answeredAt: null },
    }
    this.#seen.exchanges.push(exchange)
    this.#byEnvelope.set(id, exchange)
    if (payload?.trigger_id) this.#byTrigger.set(payload.trigger_id, exchange)
    if (!payload?.response_url) return text
    this.#byResponseUrl.set(new URL(payload.response_url).pathname, exchange)
    return text.replace(`"response_url":"${this.#workspace}`, `"response_url":"${this.#url}`)
  }

  #noteAcknowledgement(text: string): void {
    const { envelope_id: id = '' } = JSON.parse(text) as { envelope_id?: string }
    const exchange = this.#byEnvelope.get(id)
    if (exchange) exchange.ackedAt ??= performance.now()
  }

  async #relay(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const path = incoming.url ?? '/'
    if (path === '/unanswered') {
      outgoing.end(String(this.#seen.exchanges.filter(isUnanswered).length))
      return
    }
    if (path === '/taken') {
      outgoing.end(JSON.stringify(this.take()))
      return
    }
    const body = await readAll(incoming)
    const at = performance.now()
    const { method, headers } = incoming
    const onward = forward(
      `${this.#workspace}${path}`,
      { method, headers, agent: this.#agent },
      async (answer) => {
        const text = await readAll(answer)
        this.#noteCall(path, body.toString(), text.toString(), at)
        outgoing.writeHead(answer.statusCode ?? 502, withoutLength(answer.headers))
        outgoing.end(path.endsWith('/apps.connections.open') ? this.#throughTap(text.toString()) : text)
      },
    )
    onward.on('error', () => incoming.socket.destroy())
    onward.end(body)
  }

  /** The address of Socket Mode, at the tap. */
  #throughTap(answer: string): string {
    return answer.replace(this.#workspace.replace('http', 'ws'), this.#url.replace('http', 'ws'))
  }

  #noteCall(path: string, body: string, answer: string, at: number): void {
    const byUrl = this.#byResponseUrl.get(path)
    if (byUrl) byUrl.answeredAt ??= at
    const method = /^\/slack\/api\/([\w.]+)/.exec(path)?.[1]
    if (!method) return
    add(this.#seen.calls, method)
    const error = /^\{"ok":false,"error":"(\w+)"/.exec(answer)?.[1]
    if (error) add(this.#seen.errors, `${method}: ${error}`)
    if (method !== 'views.open' || error) return
    const trigger = new URLSearchParams(body).get('trigger_id') ?? ''
    const opened = this.#byTrigger.get(trigger)
    if (opened) opened.openedAt ??= at
  }
}

/** Whether a command has no answer yet, or a click no modal. What follows the opening of an App Home is not noted. */
const isUnanswered = ({ type, ackedAt, answeredAt, openedAt }: Exchange): boolean =>
  ackedAt === null ||
  (type === 'slash_commands' && answeredAt === null && openedAt === null) ||
  (type === 'block_actions' && openedAt === null)

async function readAll(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const withoutLength = ({
  'content-length': _,
  'transfer-encoding': __,
  ...headers
}: IncomingMessage['headers']) => headers
