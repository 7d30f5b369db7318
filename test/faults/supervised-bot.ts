import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { COMPILE_CACHE } from '#test/support/compile-cache'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const PRELOAD = new URL('bot-preload.ts', import.meta.url).href

/** How a process of the bot ended. */
export interface BotEnd {
  at: number
  end: number | NodeJS.Signals | null
  /** The signal that the harness had sent; null when it ended by itself. */
  sent: NodeJS.Signals | null
  /** Whether it had connected before. */
  wasReady: boolean
}

/** The bot in a process of its own, which is started again whenever it ends. */
export interface SupervisedBot {
  ready(): Promise<void>
  isUp(): boolean
  end(signal: NodeJS.Signals): void
  fillDisk(isFull: boolean): void
  /** Starts a second one beside it. @returns stops it */
  startSecond(): () => void
  ends(): readonly BotEnd[]
  /** When it last was not up, in milliseconds since 1970. */
  lastDownAt(): number
  stderr(): string
  close(): Promise<void>
}

const PAUSE_MS = 100

export function superviseBot(variables: Record<string, string>): SupervisedBot {
  const ends: BotEnd[] = []
  let stderr = ''
  let isClosing = false
  let downAt = Date.now()
  let current = launch()

  function launch(isSecond = false) {
    const child: ChildProcess = spawn(process.execPath, ['--import', PRELOAD, MAIN], {
      env: { PATH: process.env.PATH, ...COMPILE_CACHE, ...variables },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    const bot = { child, sent: null as NodeJS.Signals | null, isReady: false }
    child.on('error', () => {})
    child.stderr?.on('data', (data) => {
      stderr += String(data)
    })
    child.stdout?.once('data', () => {
      bot.isReady = true
      if (!isSecond) downAt = Date.now()
    })
    child.once('exit', (code, signal) => {
      ends.push({ at: Date.now(), end: signal ?? code, sent: bot.sent, wasReady: bot.isReady })
      if (isSecond || isClosing) return
      downAt = Date.now()
      setTimeout(() => {
        if (!isClosing) current = launch()
      }, PAUSE_MS)
    })
    return bot
  }

  function end(bot: typeof current, signal: NodeJS.Signals): void {
    if (bot.child.exitCode !== null || bot.child.signalCode !== null) return
    bot.sent = signal
    if (bot === current) downAt = Date.now()
    bot.child.kill(signal)
  }

  const isUp = () => current.isReady && current.child.exitCode === null && current.child.signalCode === null
  return {
    isUp,
    async ready() {
      while (!isUp()) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS / 2))
    },
    end: (signal) => end(current, signal),
    fillDisk: (isFull) => {
      if (current.child.connected) current.child.send(isFull ? 'disk-full' : 'disk-free', () => {})
    },
    startSecond() {
      const second = launch(true)
      return () => end(second, 'SIGTERM')
    },
    ends: () => ends,
    lastDownAt: () => (isUp() && current.sent === null ? downAt : Date.now()),
    stderr: () => stderr,
    async close() {
      isClosing = true
      if (current.child.exitCode !== null || current.child.signalCode !== null) return
      const exited = once(current.child, 'exit')
      end(current, 'SIGKILL')
      await exited
    },
  }
}
