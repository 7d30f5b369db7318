import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { COMPILE_CACHE } from '#test/support/compile-cache'
import type { BotMessage } from './bot-preload.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** How a process of the bot ended. */
export interface BotEnd {
  at: number
  end: number | NodeJS.Signals | null
  /** The signal that the harness had sent; null when it ended by itself. */
  sent: NodeJS.Signals | null
  /** Whether it had connected before. */
  wasReady: boolean
  /** The end of what it wrote to stderr. */
  lastWords: string
}

/** The bot in a process of its own, which is started again whenever it ends. */
export interface SupervisedBot {
  ready(): Promise<void>
  isUp(): boolean
  end(signal: NodeJS.Signals): void
  fillDisk(isFull: boolean): void
  /** Sets the clock of its machine ahead, or behind. A bot that is started again has the right time. */
  setClockAhead(ms: number): void
  /** Starts another one beside it. @returns stops it, and waits until it has ended */
  startAnother(): () => Promise<void>
  close(): Promise<void>
}

/** What is known of all bots of a lane, and of all their processes. */
export interface BotLog {
  ends: BotEnd[]
  stderr: string
}

const PAUSE_MS = 100
const LAST_WORDS_LENGTH = 600

/** @param folder the tree that it is started from */
export function superviseBot(variables: Record<string, string>, log: BotLog, folder = ROOT): SupervisedBot {
  let isClosing = false
  let current = launch()

  function launch(isAnother = false) {
    const preload = pathToFileURL(join(folder, 'test/faults/bot-preload.ts')).href
    const child: ChildProcess = spawn(process.execPath, ['--import', preload, join(folder, 'src/main.ts')], {
      env: { PATH: process.env.PATH, ...COMPILE_CACHE, ...variables },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    const bot = { child, sent: null as NodeJS.Signals | null, isReady: false, lastWords: '' }
    child.on('error', () => {})
    child.stderr?.on('data', (data) => {
      log.stderr += String(data)
      bot.lastWords = `${bot.lastWords}${String(data)}`.slice(-LAST_WORDS_LENGTH)
    })
    child.stdout?.once('data', () => {
      bot.isReady = true
    })
    child.once('exit', (code, signal) => {
      log.ends.push({
        at: Date.now(),
        end: signal ?? code,
        sent: bot.sent,
        wasReady: bot.isReady,
        // They may come after the exit.
        get lastWords() {
          return bot.lastWords
        },
      })
      if (isAnother || isClosing) return
      setTimeout(() => {
        if (!isClosing) current = launch()
      }, PAUSE_MS)
    })
    return bot
  }

  function end(bot: typeof current, signal: NodeJS.Signals): void {
    if (bot.child.exitCode !== null || bot.child.signalCode !== null) return
    bot.sent = signal
    bot.child.kill(signal)
  }

  const others = new Set<ChildProcess>()
  const tell = (message: BotMessage, child = current.child) => {
    if (child.connected) child.send(message, () => {})
  }
  let clockAhead: { ms: number; of: ChildProcess } | null = null
  const isUp = () =>
    current.isReady &&
    current.sent === null &&
    current.child.exitCode === null &&
    current.child.signalCode === null
  return {
    isUp,
    async ready() {
      while (!isUp()) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS / 2))
    },
    end: (signal) => end(current, signal),
    fillDisk: (isDiskFull) => tell({ isDiskFull }),
    setClockAhead(clockAheadMs) {
      clockAhead = { ms: clockAheadMs, of: current.child }
      // Both are on the same machine.
      for (const child of [current.child, ...others]) tell({ clockAheadMs }, child)
    },
    startAnother() {
      const another = launch(true)
      others.add(another.child)
      if (clockAhead?.of === current.child) tell({ clockAheadMs: clockAhead.ms }, another.child)
      return async () => {
        others.delete(another.child)
        const hasEnded = another.child.exitCode !== null || another.child.signalCode !== null
        const exited = hasEnded ? null : once(another.child, 'exit')
        end(another, 'SIGTERM')
        await exited
      }
    },
    async close() {
      isClosing = true
      if (current.child.exitCode !== null || current.child.signalCode !== null) return
      const exited = once(current.child, 'exit')
      end(current, 'SIGKILL')
      await exited
    },
  }
}
