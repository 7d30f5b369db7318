import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { COMPILE_CACHE } from './compile-cache.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const QUICK_SCHEDULE = new URL('quick-schedule.ts', import.meta.url).href

/** The bot in a process of its own. */
export interface BotProcess {
  /** Resolves when it is connected; rejects with what it said when it ended before. */
  ready: Promise<void>
  /** Everything that it wrote on stderr. */
  stderr(): string
  kill(signal: NodeJS.Signals): void
  /** The exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals | null>
}

/**
 * Starts the bot as `npm start` does, with the short periods of `quickTasks`.
 *
 * @param variables the whole environment that it gets, beside PATH
 */
export function startBotProcess(variables: Record<string, string>, cwd?: string): BotProcess {
  const child: ChildProcess = spawn(process.execPath, ['--import', QUICK_SCHEDULE, MAIN], {
    env: { PATH: process.env.PATH, ...COMPILE_CACHE, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd ? { cwd } : {}),
  })
  let errors = ''
  child.stderr?.on('data', (data) => {
    errors += String(data)
  })
  const ended = once(child, 'exit').then(
    ([code, signal]) => (signal ?? code) as number | NodeJS.Signals | null,
  )
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout?.once('data', () => resolve())
    void ended.then((end) => reject(new Error(`the bot ended with ${end} before it was ready: ${errors}`)))
  })
  ready.catch(() => {})
  return { ready, stderr: () => errors, kill: (signal) => child.kill(signal), ended }
}
