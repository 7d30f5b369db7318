import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parse, stringify } from 'yaml'
import { startOptions } from './start-options.ts'
import type { Seen } from './tap.ts'

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** A process that the bench has started. */
export interface Started {
  pid: number
  /** What it wrote to stderr. */
  stderr(): string
  /** By default at once. */
  stop(signal?: NodeJS.Signals): Promise<void>
}

/** The time that a process has to start; a bot that needs longer “does not start”. */
const START_MS = 60_000

/** What must not outlive the bench, also where it fails. */
const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

/** @returns the process and its first line on stdout */
async function start(
  args: string[],
  env: Record<string, string | undefined>,
): Promise<Started & { line: string }> {
  const child: ChildProcess = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, TMPDIR: process.env.TMPDIR, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let errors = ''
  child.stderr?.on('data', (data) => {
    errors += String(data)
  })
  running.add(child)
  const exit = once(child, 'exit').finally(() => running.delete(child))
  const stop = async (signal: NodeJS.Signals = 'SIGKILL') => {
    child.kill(signal)
    await exit
  }
  const tooLong = new AbortController()
  const [line, end] = await Promise.race([
    once(child.stdout!, 'data').then(([data]) => [String(data), null] as const),
    exit.then(
      ([code, signal]) => [null, `it ended with ${signal ?? code}: ${errors.slice(0, 500)}`] as const,
    ),
    sleep(START_MS, [null, `not within ${START_MS / 1000} s`] as const, { signal: tooLong.signal }),
  ])
  tooLong.abort()
  if (line === null) {
    await stop()
    throw new DoesNotStart(`${args.at(-1)} does not start: ${end}`)
  }
  return { pid: child.pid ?? 0, stderr: () => errors, stop, line }
}

export class DoesNotStart extends Error {}

/** A workspace of its own process, with a tap between it and its app. */
export interface StrictWorkspace extends Started {
  /** Where people act. */
  url: string
  env: Record<string, string>
  /** What passed the tap since the last call. */
  taken(): Promise<Seen>
  /** How many commands and clicks since then have no answer yet. */
  unanswered(): Promise<number>
}

export async function startWorkspace({
  people = 0,
  tokens = 9,
  ciStepMs = 1_000,
} = {}): Promise<StrictWorkspace> {
  const options = ['--people', people, '--tokens', tokens, '--ci-step-ms', ciStepMs].map(String)
  const { line, ...started } = await start([path('workspace-process.ts'), ...options], {})
  const { url, tap, env } = JSON.parse(line) as { url: string; tap: string; env: Record<string, string> }
  return {
    ...{ ...started, url, env },
    taken: async () => (await (await fetch(`${tap}/taken`)).json()) as Seen,
    unanswered: async () => Number(await (await fetch(`${tap}/unanswered`)).text()),
  }
}

export interface BotOptions {
  /** People who may work on rotations, beside those of the sandbox. */
  operators?: string[]
  /** A database that is there already; without one an empty one is made. */
  database?: string | undefined
  /** Node options beside those of `npm start`. */
  options?: string[]
  variables?: Record<string, string>
}

/** The bot as `npm start` starts it. @throws DoesNotStart */
export async function startBot(
  { env }: StrictWorkspace,
  { operators = [], database, options = [], variables = {} }: BotOptions = {},
): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-bot-'))
  const config = parse(readFileSync(path('../sandbox/rotation.config.yml'), 'utf8')) as {
    people: { operators: string[] }
  }
  config.people.operators.push(...operators)
  const file = join(folder, 'rotation.config.yml')
  writeFileSync(file, stringify(config))
  const started = await start(
    [...startOptions(), ...options, '--import', path('./without-limits.ts'), path('../src/main.ts')],
    {
      ...env,
      ROTATION_CONFIG: file,
      DATABASE_URL: `file:${database ?? join(folder, 'rotation.db')}`,
      LOG_LEVEL: 'warn',
      ...variables,
    },
  ).catch((error: unknown) => {
    rmSync(folder, { recursive: true, force: true })
    throw error
  })
  return {
    ...started,
    async stop(signal) {
      await started.stop(signal)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The bare Bolt app, with the same Node options. */
export const startBareApp = ({ env }: StrictWorkspace): Promise<Started> =>
  start([...startOptions(), path('bare-app.ts')], env)
