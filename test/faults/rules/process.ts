import type { Evidence } from '../evidence.ts'

/** Somebody who asks at the end is answered. */
export const notDeaf = ({ answersAtTheEnd }: Evidence): string[] =>
  answersAtTheEnd ? [] : ['“/rotation help” was not answered at the end']

/** No rejection was left without a handler. */
export const noUnhandledRejection = ({ stderr }: Evidence): string[] =>
  stderr
    .split('\n')
    .filter((line) =>
      /unhandled ?(?:promise )?rejection|ERR_UNHANDLED_REJECTION|triggerUncaughtException/i.test(line),
    )
    .slice(0, 1)

/** A start that another system kept from succeeding ends with this code, and is tried again. */
const START_FAILED = 1

/** The process ends when it is asked to, and never by itself. */
export const processKept = ({ ends }: Evidence): string[] =>
  ends.flatMap(({ end, sent, wasReady, lastWords }) => {
    if (sent === 'SIGKILL' && (end === 'SIGKILL' || end === 0)) return []
    // A signal that comes before the handlers are there ends it as the system does.
    if (sent === 'SIGTERM' && (end === 0 || end === 'SIGKILL' || (end === 'SIGTERM' && !wasReady))) return []
    // It may have been ending already when the signal came.
    if ((sent === null || sent === 'SIGTERM') && end === START_FAILED && !wasReady) return []
    const why = `${sent === null ? 'by itself' : `after ${sent}`}${wasReady ? '' : ', before it was connected'}`
    return [`the bot ended with ${end}, ${why}: ${lastWords.trim()}`]
  })
