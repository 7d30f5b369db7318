import type { Context } from '#src/context'
import type { Submission } from '../forms/form.ts'
import type { OpenModal } from '../open-modal.ts'

/** A click that was already acknowledged. */
export interface Click {
  user: string
  trigger: string
  actionId: string
  /** The button's `value`, usually the rotation's label. */
  value: string
  /** Answers in the channel of the button's message; null for a button in a modal or the App Home. */
  responseUrl: string | null
  /** The modal that the button is in, with its `callback_id`. */
  modal: (OpenModal & { callbackId: string }) | null
  /** What is chosen and typed in that modal. */
  form: Submission | null
}

export type ButtonHandler = (click: Click, context: Context) => Promise<void>
