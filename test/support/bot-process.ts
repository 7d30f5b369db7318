import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { COMPILE_CACHE } from './compile-cache.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const QUICK_SCHEDULE = new URL('quick-schedule.ts', import.meta.url).href

/** The bot in its own process. */
export interface BotProcess {
  /** Resolves when it is connected; rejects with its output when it ends before. */
  ready: Promise<void>
  stderr(): string
  kill(signal: NodeJS.Signals): void
  /** Exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals | null>
}

/**
 * Starts the bot as `npm start` does, with the short periods of `quickTasks`.
 *
 * @param variables the whole environment that it gets, beside PATH
 * @param main path of the `src/main.ts` to run, by default this checkout's
 */
export function startBotProcess(
  variables: Record<string, string>,
  cwd?: string,
  main: string = MAIN,
): BotProcess {
  // Another installation has no test/: it keeps the periods of production, and its own compile cache.
  const isThisCheckout = main === MAIN
  const periods = isThisCheckout ? ['--import', QUICK_SCHEDULE] : []
  const child: ChildProcess = spawn(process.execPath, [...periods, main], {
    env: { PATH: process.env.PATH, ...(isThisCheckout ? COMPILE_CACHE : {}), ...variables },
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
