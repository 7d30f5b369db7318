import { findNames } from '#db/queries/people'
import { findRecentRotations } from '#db/queries/rotations'
import { rotationLabel } from '#rotation/rotation'
import type { Context } from '#src/context'
import { show } from '#views/show'
import { findState } from '../find-state.ts'
import type { Subcommand } from './subcommand.ts'

/** `show R42`; without a label, the newest rotation. */
const run: Subcommand['run'] = async ({ words, user, answer }, context) => {
  const state = await findState(context, words[0] ?? (await newestLabel(context)))
  const { file, ...message } = show(state, await findNames(context.db), context.clock.now())
  if (file) await sendFile(context, user, file)
  await answer(message)
}

async function newestLabel(context: Context): Promise<string> {
  const [newest] = await findRecentRotations(context.db, 1)
  return newest ? rotationLabel(newest.id) : 'R…'
}

// An ephemeral message cannot carry a file: it goes to the person's direct messages.
async function sendFile(
  context: Context,
  user: string,
  file: { name: string; content: string },
): Promise<void> {
  const { channel } = await context.slack.conversations.open({ users: user })
  if (!channel?.id) return
  await context.slack.filesUploadV2({
    channel_id: channel.id,
    filename: file.name,
    title: file.name,
    content: file.content,
  })
}

export const showCommand: Subcommand = { usage: 'show R42', does: 'everything about one rotation', run }
