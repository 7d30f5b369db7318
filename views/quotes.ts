import type { KnownBlock, ModalView } from '@slack/types'
import { failedRunsOf } from '#domain/rotation/quote-lines'
import { type Evidence, type Rotation, rotationLabel, stepOf } from '#domain/rotation/rotation'
import type { StepId } from '#domain/rotation/steps'
import { actions, alert, button, modal, section } from './blocks.ts'
import { ACTIONS, FORMS } from './ids.ts'
import { pack } from './pack.ts'
import { link, quoteUntrusted } from './text.ts'
import { runTitle, stepName } from './words.ts'

/** In an open step's modal: what was quoted, and a button for each failed run. */
export function quoteBlocks(rotation: Rotation, step: StepId): KnownBlock[] {
  const quotes = stepOf(rotation, step).quotes ?? []
  const failed = failedRunsOf(rotation, step)
  const buttons = failed.map((run) =>
    button(
      failed.length === 1 ? 'Quote failing lines' : `Quote failing lines: ${runTitle(run)}`,
      ACTIONS.quoteLines(run.runId),
      rotationLabel(rotation.id),
    ),
  )
  return [
    ...actions(buttons, 'quote-actions'),
    ...quotes.flatMap((quote, at) => lineSections(quote, `quote:${at}`)),
  ]
}

const lineSections = (quote: Evidence, id: string): KnownBlock[] =>
  pack([
    `${link(quote.url ?? '', quote.label)}, evidence when the step is completed:`,
    ...quoteUntrusted(quote.excerpt ?? ''),
  ]).map((text, at) => section(text, { block_id: `${id}:${at}` }))

export const QUOTE_TITLE = 'Failing lines'

/** What was quoted just now, on top of the step's modal. */
export function quotedModal(quote: Evidence, step: StepId): ModalView {
  const isRedacted = quote.excerpt?.includes('[redacted]')
  return modal(FORMS.message, QUOTE_TITLE, [
    ...lineSections(quote, 'quote'),
    ...(isRedacted
      ? [
          alert(
            'warning',
            '⚠ The log has what looks like a credential, left out here. Revoke it if it is real, and keep it out of the log.',
          ),
        ]
      : []),
    section(`They are kept for ${stepName(step)}, and count as evidence when it is completed.`),
  ])
}
