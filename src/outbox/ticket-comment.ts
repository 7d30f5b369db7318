import { findNewestEffectKey } from '#db/queries/effect-results'
import type { Context } from '#src/context'
import { logParagraph, ticketLine } from '#views/ticket-comment'
import type { Handler } from './handler.ts'
import { threadMessageEffect } from './queue.ts'
import { rotationName } from './rotation-name.ts'

// The log's entry is owed at the same moment; where the log is in trouble the ticket does not wait for it.
const LOG_MS = 5_000

/** Writes the report into the ticket. The effect's key is its mark, by which the port finds it before it writes. */
export const handleTicketComment: Handler<'ticket-comment'> = async (effect, context) => {
  const { event, document } = effect.payload
  const report = [...document, logParagraph(await logUrl(context, effect.rotationId))]
  const { url } = await context.tickets.comment(effect.key, report)
  const message = { text: ticketLine(await rotationName(context, effect.rotationId), event, url) }
  return { result: { url }, follow: [threadMessageEffect(effect.rotationId, effect.key, message)] }
}

async function logUrl(context: Context, rotationId: number): Promise<string | null> {
  const key = await findNewestEffectKey(context.db, rotationId, 'log-entry')
  const result = key && (await context.outbox.settled(key, LOG_MS))
  if (typeof result !== 'object' || result === null || !('fileUrl' in result)) return null
  const { fileUrl } = result
  return typeof fileUrl === 'string' && fileUrl !== '' ? fileUrl : null
}
