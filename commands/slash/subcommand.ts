import type { Context } from '#src/context'
import type { Message } from '#views/blocks'

/** What somebody typed behind `/rotation`, acknowledged already. */
export interface SlashCall {
  user: string
  channel: string
  trigger: string
  /** Words after the subcommand. */
  words: string[]
  /** Answers so that only the person sees it. */
  answer(message: Message): Promise<void>
}

/** One thing that can stand behind `/rotation`. */
export interface Subcommand {
  /** The word itself, and what may follow it, such as `show R42`. */
  usage: string
  /** For the help. */
  does: string
  run(call: SlashCall, context: Context): Promise<void>
}
