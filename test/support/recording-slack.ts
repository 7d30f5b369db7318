import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { ModalView } from '@slack/types'
import { LogLevel, WebClient } from '@slack/web-api'

/** A Slack that takes everything and keeps what it was shown, for what is tried thousands of times. */
export interface RecordingSlack {
  slack: WebClient
  /** Takes answers, as a `response_url`. */
  responseUrl: string
  /** The modal that was shown last since `clear`; null when none was. */
  shown(): ModalView | null
  clear(): void
  close(): Promise<void>
}

export async function createRecordingSlack(): Promise<RecordingSlack> {
  let newest: ModalView | null = null
  const server = createServer(async (incoming, outgoing) => {
    const body = await text(incoming)
    const view = new URLSearchParams(body).get('view')
    if (view && incoming.url?.includes('/views.')) newest = JSON.parse(view) as ModalView
    const upload = { upload_url: `http://${incoming.headers.host}/upload`, file_id: 'F1', files: [] }
    const answer = { ok: true, ts: '1.1', channel: { id: 'D1' }, view: { id: 'V1', hash: 'h' }, ...upload }
    outgoing.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const slackApiUrl = `${url}/api/`
  return {
    slack: new WebClient('xoxb-a-token', { slackApiUrl, logLevel: LogLevel.ERROR }),
    responseUrl: `${url}/response`,
    shown: () => newest,
    clear() {
      newest = null
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
