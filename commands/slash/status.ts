import { assertMay } from '#authorization/authorize'
import { findNames } from '#db/queries/people'
import { clearPictures } from '#db/queries/pictures'
import { readStatus } from '#operations/readings/read-status'
import type { Context } from '#src/context'
import type { Message } from '#views/blocks'
import { status } from '#views/status'
import type { Subcommand } from './subcommand.ts'

const run: Subcommand['run'] = async ({ user, answer }, context) => {
  await assertMay(context, { user, action: 'read-status' })
  await sendStatus(context, true, answer)
}

/**
 * Reads the status again and sends it, without its picture if Slack refuses that.
 *
 * @param shareable whether it has the button that shares it in the channel
 */
export async function sendStatus(
  context: Context,
  shareable: boolean,
  send: (message: Message) => Promise<unknown>,
): Promise<void> {
  const { problem, ...read } = await readStatus(context)
  const names = await findNames(context.db)
  const now = context.clock.now()
  const options = { ...read, names, now, shareable, ...(problem ? { problem } : {}) }
  const fileIds = Object.values(read.pictures).map((picture) => picture.fileId)
  try {
    await send(status(options))
  } catch (error) {
    if (fileIds.length === 0) throw error
    context.log.warn({ error }, 'the status is sent again without its picture')
    await send(status({ ...options, pictures: {} }))
    await clearPictures(context.db, fileIds)
  }
}

export const statusCommand: Subcommand = {
  usage: 'status',
  does: 'token ages, due dates and open rotations',
  run,
}
