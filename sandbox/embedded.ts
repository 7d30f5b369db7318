import { ConfigProblem } from '#config/config'
import { TEAM } from './demo-users.ts'
import { readSandboxHost } from './own-page-only.ts'
import { readSandboxPort, SandboxProblem } from './port.ts'
import { createSandbox, type SandboxOptions, STATE_FILE } from './sandbox.ts'

/** Variables for real systems that the sandbox does not set itself. */
const REAL_SYSTEMS = [
  'AWS_PROFILE',
  'AWS_SESSION_TOKEN',
  'AWS_ENDPOINT_URL',
  'VAULT_TOKEN',
  'VAULT_NAMESPACE',
]

/** A sandbox in the bot's process. */
export interface EmbeddedSandbox {
  /** Id of its Slack workspace. */
  teamId: string
  /** Printed when the bot is connected. */
  welcome: string
  clock: { now(): string }
  close(): Promise<void>
}

/**
 * Starts the sandbox in this process and sets this process's environment to it.
 *
 * @throws ConfigProblem when the sandbox cannot start
 */
export async function startEmbedded(
  options: Pick<SandboxOptions, 'fresh' | 'beforeReset' | 'afterReset'>,
): Promise<EmbeddedSandbox> {
  const sandbox = await create(options)
  // The AWS SDK reads the environment itself.
  for (const name of REAL_SYSTEMS) delete process.env[name]
  const { LOG_LEVEL = 'warn', ROTATION_CONFIG } = process.env
  Object.assign(process.env, sandbox.env, { LOG_LEVEL, ...(ROTATION_CONFIG && { ROTATION_CONFIG }) })
  return {
    teamId: TEAM.id,
    welcome: welcome(sandbox.url),
    clock: { now: () => sandbox.clock.now().toISOString() },
    close: () => sandbox.close(),
  }
}

async function create(options: Omit<SandboxOptions, 'port' | 'file'>) {
  try {
    return await createSandbox({
      port: readSandboxPort(process.env.SANDBOX_PORT),
      host: readSandboxHost(process.env.SANDBOX_HOST),
      file: STATE_FILE,
      ...options,
    })
  } catch (error) {
    if (error instanceof SandboxProblem) throw new ConfigProblem([error.message])
    throw error
  }
}

const welcome = (url: string): string => `
The rotation bot runs beside its sandbox: no Slack credentials are set, so nothing real is touched.

  Open ${url}

It is a small chat workspace with the bot in it. Type /rotation start to begin; everything is kept in data/ until
npm start -- --fresh. To connect a real workspace, see README.md.

`
