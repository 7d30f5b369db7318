import type { ModalView } from '@slack/types'
import { WebAPIRateLimitedError } from '@slack/web-api'
import { readCode } from '#integrations/slack/slack-errors'
import type { Context } from '#src/context'
import { drawAgain, mayBeShown } from './draw-again.ts'
import type { OpenModal } from './open-modal.ts'
import { sendView } from './send-view.ts'

/** A modal as Slack shows it: it is updated when its content has changed, until it is closed. */
export interface ModalScreen {
  isOpen(): boolean
  show(view: ModalView): Promise<void>
  /** Resolves when the newest content is shown, or given up. */
  idle(): Promise<void>
}

/**
 * Draws a modal that other processes may draw, too, as when clicks in it arrive there. Slack refuses to draw over what
 * another process drew, by the modal's hash. What is newest is then drawn without it, and looked at once more: whoever
 * draws last has seen everything that the others could have drawn.
 *
 * @param reload reads what the modal shows now
 */
export function createModalScreen(
  context: Context,
  modal: OpenModal,
  reload: () => Promise<ModalView>,
): ModalScreen {
  let { hash } = modal
  let shown = modal.view ? JSON.stringify(modal.view) : ''
  let open = true
  let newest: ModalView | null = null
  let retrying: Promise<void> | null = null

  async function drawNewest(): Promise<void> {
    while (newest && (await isOvertaken(newest))) {
      const before = newest
      const read = await reload()
      if (newest === before) newest = read
    }
  }

  /** Draws it, if it is not shown. @returns whether another process drew meanwhile */
  async function isOvertaken(view: ModalView): Promise<boolean> {
    const content = JSON.stringify(view)
    if (!open || content === shown) return false
    // Not known where the form of a manual step lies on top, nor after an answer that was lost.
    const isKnown = hash !== ''
    try {
      const updated = await sendView(context, view, (sent) =>
        context.slack.views.update({ view_id: modal.viewId, ...(isKnown && { hash }), view: sent }),
      )
      hash = updated.view?.hash ?? hash
      shown = content
      return !isKnown
    } catch (error) {
      const isConflict = readCode(error) === 'hash_conflict'
      // Without an answer it may be shown, under a hash that nobody knows.
      if (isConflict || (mayBeShown(error) && !(error instanceof WebAPIRateLimitedError))) hash = ''
      if (!isConflict) throw error
      // Also what was drawn here is no longer there.
      shown = ''
      return true
    }
  }

  function giveUp(error: unknown): void {
    if (readCode(error) === 'not_found') open = false
    // Slack cannot be reached: the card and the thread show what happened, and the next draw shows it here.
    else context.log.warn({ error }, 'a modal could not be drawn')
  }

  return {
    isOpen: () => open,
    async show(view) {
      newest = view
      // The next attempt shows it.
      if (retrying) return
      try {
        await drawNewest()
      } catch (error) {
        retrying = drawAgain(context, drawNewest, error)
          .catch(giveUp)
          .finally(() => {
            retrying = null
          })
      }
    },
    idle: async () => retrying ?? undefined,
  }
}
