import { logEntryLine } from '#views/log-entry'
import type { Handler } from './handler.ts'
import { threadMessageEffect } from './queue.ts'

/** Commits a row to the rotation log. The row's head tells whether it is there already. */
export const handleLogEntry: Handler<'log-entry'> = async (effect, context) => {
  const { commitUrl } = await context.repository.appendToLog(effect.payload)
  const url = commitUrl ?? context.repository.logUrl()
  const message = { text: logEntryLine(effect.payload, url) }
  return { result: { url }, follow: [threadMessageEffect(effect.rotationId, effect.key, message)] }
}
