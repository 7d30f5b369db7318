import { readFile } from 'node:fs/promises'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Context, Hono } from 'hono'
import { PEOPLE, REPOSITORY } from '#sandbox/demo-users'

const FOLDER = fileURLToPath(new URL('.', import.meta.url))

const HTM_PREACT = fileURLToPath(
  new URL('standalone.module.js', import.meta.resolve('htm/preact/standalone')),
)

/** Served file types; other files in this folder are 404. */
const CONTENT_TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

const HEADERS = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  // No caching: the files change with the checkout, and loopback is fast.
  'Cache-Control': 'no-store',
} as const

/**
 * The page: `/`, its modules and styles under `/page/`, and htm with Preact under `/vendor/`; addresses of runs
 * in GitHub's form lead to it. The content security policy allows this origin only, and no inline scripts.
 */
export function createPage(): Hono {
  const app = new Hono()
  app.get('/', (c) => sendFile(c, join(FOLDER, 'index.html'), 'text/html; charset=utf-8'))
  app.get('/vendor/htm/preact/standalone.module.js', (c) => sendFile(c, HTM_PREACT, contentType('.js')))
  app.get(`/${REPOSITORY.owner}/${REPOSITORY.name}/actions/runs/:run/*`, (c) =>
    c.redirect(`/#ci/${c.req.param('run')}`),
  )
  app.get('/page/people.json', (c) => {
    const people = PEOPLE.map(({ id, name, realName }) => ({ id, name, realName }))
    return c.json({ people }, 200, HEADERS)
  })
  app.get('/page/subcommands.json', async (c) => c.json(await readSubcommands(), 200, HEADERS))
  app.get('/page/*', (c) => {
    const path = insideFolder(c.req.path.slice('/page/'.length))
    const type = path && contentType(extname(path))
    return path && type ? sendFile(c, path, type) : c.notFound()
  })
  return app
}

/** The bot's table of subcommands. Loaded when the page asks, because it brings most of the bot with it. */
async function readSubcommands() {
  const { SUBCOMMANDS } = await import('#commands/slash/index')
  return SUBCOMMANDS.map(({ usage, does }) => {
    const [name = '', ...rest] = usage.split(' ')
    return { name, usage: rest.join(' '), about: does }
  })
}

function contentType(extension: string): string {
  return CONTENT_TYPES[extension] ?? ''
}

/** The requested file; undefined when the path leaves the folder. */
function insideFolder(requested: string): string | undefined {
  const path = normalize(join(FOLDER, requested))
  return path.startsWith(FOLDER) && !path.includes('\0') ? path : undefined
}

async function sendFile(c: Context, path: string, type: string): Promise<Response> {
  try {
    return c.body(await readFile(path, 'utf8'), 200, { ...HEADERS, 'Content-Type': type })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return c.notFound()
    throw error
  }
}
