import type { Context } from '#src/context'
import type { Message } from '#views/blocks'

/** A `/rotation` command that was already acknowledged. */
export interface SlashCall {
  user: string
  channel: string
  trigger: string
  words: string[]
  /** @param options `replace` says that it replaces the earlier answer; Slack posts it below where it cannot */
  answer(message: Message, options?: { replace: boolean }): Promise<void>
}

/** A subcommand of `/rotation`. */
export interface Subcommand {
  /** The subcommand and its arguments, such as `show R42`. */
  usage: string
  does: string
  run(call: SlashCall, context: Context): Promise<void>
}
