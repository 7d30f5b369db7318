import { actions, button, type Message } from './blocks.ts'
import { ACTIONS } from './ids.ts'
import { type WaitingOptions, waitingBlocks, waitingTitle } from './waiting.ts'

/** `/rotation` alone: what waits for the person who typed it, with the status and the help one click away. */
export const mine = (options: WaitingOptions): Message => ({
  text: `${waitingTitle(options)}.`,
  blocks: [
    ...waitingBlocks(options),
    ...actions(
      [button('Show status', ACTIONS.showStatus, 'status'), button('All commands', ACTIONS.showHelp, 'help')],
      'mine-actions',
    ),
  ],
})
