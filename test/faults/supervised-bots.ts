import { type BotLog, type SupervisedBot, superviseBot } from './supervised-bot.ts'

/** The bots of a lane, each in a process of its own. Where a number may be left out, the first one is meant. */
export interface SupervisedBots extends BotLog {
  count: number
  /** Resolves when all of them are up. */
  ready(): Promise<void>
  /** Whether all of them are. */
  isUp(): boolean
  end(signal: NodeJS.Signals, bot?: number): void
  /** Of all of them. */
  fillDisk(isFull: boolean): void
  setClockAhead(ms: number, bot?: number): void
  /** Starts one more beside the first, with the same addresses. @returns stops it, and waits until it has ended */
  startAnother(): () => Promise<void>
  close(): Promise<void>
}

/** @param folder the tree that they are started from */
export function superviseBots(variables: Record<string, string>[], folder?: string): SupervisedBots {
  const log: BotLog = { ends: [], stderr: '' }
  const bots = variables.map((each) => superviseBot(each, log, folder))
  const botOf = (number: number): SupervisedBot => {
    const bot = bots[number]
    if (!bot) throw new RangeError(`no bot ${number}`)
    return bot
  }
  return {
    get ends() {
      return log.ends
    },
    get stderr() {
      return log.stderr
    },
    count: bots.length,
    async ready() {
      await Promise.all(bots.map((bot) => bot.ready()))
    },
    isUp: () => bots.every((bot) => bot.isUp()),
    end: (signal, bot = 0) => botOf(bot).end(signal),
    fillDisk(isFull) {
      for (const bot of bots) bot.fillDisk(isFull)
    },
    setClockAhead: (ms, bot = 0) => botOf(bot).setClockAhead(ms),
    startAnother: () => botOf(0).startAnother(),
    async close() {
      await Promise.all(bots.map((bot) => bot.close()))
    },
  }
}
