import { parseArgs } from 'node:util'
import { EXIT_CONFIG, EXIT_FAILED } from '#startup/exit-codes'
import { readSandboxHost } from './own-page-only.ts'
import { readSandboxPort, SandboxProblem } from './port.ts'

const say = (text: string) => process.stderr.write(`${text}\n`)

function readFresh(): boolean {
  try {
    return parseArgs({ options: { fresh: { type: 'boolean', default: false } } }).values.fresh
  } catch (error) {
    throw new SandboxProblem(`${(error as Error).message}\nUsage: npm run sandbox [-- --fresh]`)
  }
}

/** By need, because production installs none of its packages. */
async function loadSandbox() {
  try {
    return await import('./sandbox.ts')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) throw error
    throw new SandboxProblem(
      `The sandbox is not installed (${error.message}): run “npm ci” in a complete checkout, then “npm run sandbox”`,
    )
  }
}

async function start(): Promise<void> {
  const { createSandbox, STATE_FILE } = await loadSandbox()
  const port = readSandboxPort(process.env.SANDBOX_PORT)
  const sandbox = await createSandbox({
    port,
    host: readSandboxHost(process.env.SANDBOX_HOST),
    file: STATE_FILE,
    fresh: readFresh(),
  })
  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    await sandbox.close()
    process.exit(0)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  for (const [name, value] of Object.entries(sandbox.env)) process.stdout.write(`${name}=${value}\n`)
  say(`The sandbox runs at ${sandbox.url}. Its state is in ${STATE_FILE}; --fresh starts over.`)
  say('The variables on stdout connect a bot to it. Ctrl+C stops it.')
}

start().catch((error: unknown) => {
  if (error instanceof SandboxProblem) {
    say(error.message)
    process.exit(EXIT_CONFIG)
  }
  console.error(error)
  process.exit(EXIT_FAILED)
})
