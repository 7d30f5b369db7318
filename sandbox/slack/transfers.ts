import { setTimeout as sleep } from 'node:timers/promises'
import { Hono } from 'hono'
import { CREDENTIALS } from '#sandbox/demo-users'
import { bytesOf, isText } from './files.ts'
import { MAX_FILE_BYTES } from './methods/files.ts'
import type { UploadedFile } from './model.ts'
import { botScopes } from './scopes.ts'
import type { SlackState } from './state.ts'

const LOOK_EVERY_MS = 50

/** Upload URLs, private file URLs and permalinks. */
export function createTransfers(state: SlackState): Hono {
  const app = new Hono()

  app.post('/upload/:token', async (c) => {
    const file = state.files.all().find((each) => each.token === c.req.param('token'))
    if (!file || file.complete) return c.text('upload url not found', 404)
    const bytes = await readUpload(c.req.raw)
    if (bytes.length > MAX_FILE_BYTES) return c.text('file is too large', 413)
    if (bytes.length !== file.length)
      return c.text(`expected ${file.length} bytes, received ${bytes.length}`, 400)
    state.files.put(file.id, { ...file, content: bytes.toString('base64') })
    return c.text(`OK - ${bytes.length}`)
  })

  app.get('/files/:id/:name', async (c) => {
    const { faults } = state.world
    while (faults.on('slack-files-hang') && !c.req.raw.signal.aborted) await sleep(LOOK_EVERY_MS)
    if (faults.on('slack-files-unavailable')) return c.text('Internal Server Error', 500)
    const file = state.files.get(c.req.param('id'))
    if (!file?.complete) return c.notFound()
    // As in Slack, whoever may not read it is sent to the login page.
    if (!botScopes(state.world).includes('files:read')) return c.redirect('/slack/login')
    if (c.req.header('authorization') !== `Bearer ${CREDENTIALS.slackBotToken}`)
      return c.text('not_authed', 403)
    return c.body(new Uint8Array(bytesOf(file)), 200, headersOf(file))
  })

  app.get('/open/:id/:name', (c) => {
    const file = state.files.get(c.req.param('id'))
    if (!file?.complete) return c.notFound()
    const headers = /\.html?$/i.test(file.name) ? PAGE : headersOf(file)
    return c.body(new Uint8Array(bytesOf(file)), 200, headers)
  })

  // The page reads channel and timestamp after the #.
  app.get('/archives/:channel/:message', (c) =>
    c.redirect(`/#/archives/${c.req.param('channel')}/${c.req.param('message')}${new URL(c.req.url).search}`),
  )
  return app
}

// A page opens in its tab as an origin of its own that runs and loads nothing.
const PAGE: Record<string, string> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'",
  'x-content-type-options': 'nosniff',
}

// Uploads share the page's origin, so the browser must not execute them.
const headersOf = (file: UploadedFile): Record<string, string> => ({
  'content-type': isText(file.mimetype) ? 'text/plain; charset=utf-8' : file.mimetype,
  'content-security-policy': 'sandbox',
  'x-content-type-options': 'nosniff',
})

/** The bytes of an upload: the raw body, or the only part of a multipart form. */
async function readUpload(request: Request): Promise<Buffer> {
  if (!request.headers.get('content-type')?.startsWith('multipart/form-data')) {
    return Buffer.from(await request.arrayBuffer())
  }
  const form = await request.formData()
  const part = [...form.values()].find((value) => typeof value !== 'string') ?? [...form.values()][0]
  if (part === undefined) return Buffer.alloc(0)
  return typeof part === 'string' ? Buffer.from(part) : Buffer.from(await part.arrayBuffer())
}
