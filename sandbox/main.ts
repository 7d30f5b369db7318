import { createServer } from 'node:net'
import { parseArgs } from 'node:util'
import { createSandbox } from './sandbox.ts'

/** `EX_CONFIG` of sysexits: something that the person who started this has to put right. */
const EXIT_CONFIG = 78
const DEFAULT_PORT = 3210
const STATE_FILE = 'data/sandbox.db'

/** A start that cannot be, with the sentence for the person. */
class StartError extends Error {}

const say = (text: string) => process.stderr.write(`${text}\n`)

function readPort(text: string | undefined): number {
  if (text === undefined || text === '') return DEFAULT_PORT
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new StartError(
    `SANDBOX_PORT is "${text}". Set it to a port from 1 to 65535, or to 0 for any free one.`,
  )
}

function readFresh(): boolean {
  try {
    return parseArgs({ options: { fresh: { type: 'boolean', default: false } } }).values.fresh
  } catch (error) {
    throw new StartError(`${(error as Error).message}\nUsage: npm run sandbox [-- --fresh]`)
  }
}

const REFUSED: Readonly<Record<string, (port: number) => string>> = {
  EADDRINUSE: (port) => `Port ${port} is in use. Stop what uses it, or set SANDBOX_PORT to another port.`,
  EACCES: (port) => `Port ${port} may not be used by this account. Set SANDBOX_PORT to a port above 1023.`,
}

/** Tries the port before anything is opened: a second sandbox must not touch the state of the first. */
function checkPort(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve()))
  })
}

async function start(): Promise<void> {
  const port = readPort(process.env.SANDBOX_PORT)
  const fresh = readFresh()
  try {
    await checkPort(port)
    await serve(port, fresh)
  } catch (error) {
    const sentence = REFUSED[(error as NodeJS.ErrnoException).code ?? '']
    throw sentence ? new StartError(sentence(port)) : error
  }
}

async function serve(port: number, fresh: boolean): Promise<void> {
  const sandbox = await createSandbox({ port, file: STATE_FILE, fresh })
  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    await sandbox.close()
    process.exit(0)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  process.stdout.write(
    Object.entries(sandbox.env)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  )
  say(
    `The sandbox is at ${sandbox.url}. Its state is in ${STATE_FILE}; start it with --fresh to begin again.`,
  )
  say('The lines on stdout connect a bot to it. Ctrl+C stops it.')
}

start().catch((error: unknown) => {
  if (error instanceof StartError) {
    say(error.message)
    process.exit(EXIT_CONFIG)
  }
  console.error(error)
  process.exit(1)
})
