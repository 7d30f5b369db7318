import { Refusal } from '#domain/rotation/refusal'
import { isStepId } from '#domain/rotation/steps'
import { quoteLines as quote } from '#operations/quote-lines'
import { ACTION_PATTERNS } from '#views/ids'
import { QUOTE_TITLE, quotedModal } from '#views/quotes'
import { rotationIdOf } from '../find-state.ts'
import { assertMayWork } from '../may-work.ts'
import { openModal } from '../open-modal.ts'
import { withStepSession } from '../step-session.ts'
import type { ButtonHandler } from './button.ts'

/** `quote-lines:<run id>` in a step's modal: shows the lines on top of it, and keeps them as evidence. */
export const quoteLines: ButtonHandler = async (click, context) => {
  const { actionId, value: label, user, trigger, modal } = click
  const runId = Number(ACTION_PATTERNS.quoteLines.exec(actionId)?.[1])
  const step = modal?.callbackId ?? ''
  if (!modal || !isStepId(step)) throw new Refusal('older-version', {})
  const shown = await openModal(context, { trigger, title: QUOTE_TITLE, onTop: true }, async () => {
    await assertMayWork(context, { user, action: 'work-on-step', label })
    return quotedModal(await quote(context, rotationIdOf(label), { step, runId, by: user }), step)
  })
  if (shown) await withStepSession(context, modal, { label, step, user }, (session) => session.draw())
}
