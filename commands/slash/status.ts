import { setTimeout } from 'node:timers/promises'
import { assertMay } from '#authorization/authorize'
import { clearPictures } from '#db/queries/pictures'
import { isSameReading } from '#domain/tokens/age-reading'
import { enqueuePictures } from '#operations/enqueue-pictures'
import { refreshAges, SHOWN_FOR_MS } from '#operations/scheduled/observe-tokens'
import { loadStatus } from '#read-models/status'
import type { Context } from '#src/context'
import type { Message } from '#views/blocks'
import { status } from '#views/status'
import type { Subcommand } from './subcommand.ts'

/**
 * Answers once, after a reading that many may share. While a reading takes long it shows what was read last, with its
 * age, and replaces that answer if the reading then shows other ages.
 */
const run: Subcommand['run'] = async ({ user, answer }, context) => {
  await assertMay(context, { user, action: 'read-status' })
  const reading = refreshAges(context, SHOWN_FOR_MS)
  const isRead = await isDoneWithin(reading, context.waits.forReading)
  const shown = await sendStatus(context, true, answer)
  // It may have been missing in Slack.
  if (shown.ages && !shown.pictures?.['token-ages']) await enqueuePictures(context)
  if (!(await reading) || isRead) return
  const { ages } = await loadStatus(context)
  if (ages && (!shown.ages || !isSameReading(shown.ages, ages)))
    await sendStatus(context, true, (message) => answer(message, { replace: true }))
}

/** Whether work ends, well or badly, within this time. @param ms milliseconds */
async function isDoneWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  const stop = new AbortController()
  const late = setTimeout(ms, false, { signal: stop.signal, ref: false }).catch(() => false)
  const done = work.then(
    () => true,
    () => true,
  )
  const isDone = await Promise.race([done, late])
  stop.abort()
  return isDone
}

/**
 * Sends the status as it was last read, without its picture if Slack refuses that.
 *
 * @param shareable whether it has the button that shares it in the channel
 * @returns what was sent
 */
export async function sendStatus(
  context: Context,
  shareable: boolean,
  send: (message: Message) => Promise<unknown>,
): Promise<Awaited<ReturnType<typeof loadStatus>>> {
  const loaded = await loadStatus(context)
  const fileIds = Object.values(loaded.pictures ?? {}).map((picture) => picture.fileId)
  try {
    await send(status({ ...loaded, shareable }))
  } catch (error) {
    if (fileIds.length === 0) throw error
    context.log.warn({ error }, 'the status is sent again without its picture')
    await send(status({ ...loaded, shareable, pictures: {} }))
    await clearPictures(context.db, fileIds)
  }
  return loaded
}

export const statusCommand: Subcommand = {
  usage: 'status',
  does: 'token ages, due dates and open rotations',
  run,
}
