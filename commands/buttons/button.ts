import type { Context } from '#src/context'
import type { OpenModal } from '../open-modal.ts'

/** A click, acknowledged already. */
export interface Click {
  user: string
  trigger: string
  actionId: string
  /** The rotation's label, or what else the button carries. */
  value: string
  /** Answers in the channel of the message that the button is on; null for a button in a modal or the App Home. */
  responseUrl: string | null
  /** The modal that the button is in, with its `callback_id`. */
  modal: (OpenModal & { callbackId: string }) | null
}

export type ButtonHandler = (click: Click, context: Context) => Promise<void>
