import { assertMay } from '#authorization/authorize'
import { findRotationEvents } from '#db/queries/events'
import { findNames } from '#db/queries/people'
import type { Context } from '#src/context'
import type { Message } from '#views/blocks'
import { timeline } from '#views/timeline'
import { findState } from '../find-state.ts'
import { sendFile } from '../send-file.ts'
import type { Subcommand } from './subcommand.ts'

/** `timeline R42`: everything that happened in a rotation, as a file for a retrospective. */
const run: Subcommand['run'] = ({ words, user, answer }, context) =>
  sendTimeline(context, { label: words[0] ?? 'R…', user }, answer)

/** Sends the timeline as a direct message, and says so. */
export async function sendTimeline(
  context: Context,
  { label, user }: { label: string; user: string },
  answer: (message: Message) => Promise<void>,
): Promise<void> {
  await assertMay(context, { user, action: 'read-rotation' })
  const { rotation } = await findState(context, label)
  const events = await findRotationEvents(context.db, rotation.id)
  const { file, ...message } = timeline(rotation, events, await findNames(context.db))
  await sendFile(context, user, file)
  await answer(message)
}

export const timelineCommand: Subcommand = {
  usage: 'timeline R42',
  does: 'everything that happened in a rotation, as a file',
  run,
}
