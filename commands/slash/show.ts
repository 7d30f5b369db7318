import { assertMay } from '#authorization/authorize'
import { findNames } from '#db/queries/people'
import { findRecentRotations } from '#db/queries/rotations'
import { rotationLabel } from '#domain/rotation/rotation'
import type { Context } from '#src/context'
import { show } from '#views/show'
import { findState } from '../find-state.ts'
import { sendFile } from '../send-file.ts'
import type { Subcommand } from './subcommand.ts'

/** `show R42`; without a label, the newest rotation. */
const run: Subcommand['run'] = async ({ words, user, answer }, context) => {
  await assertMay(context, { user, action: 'read-rotation' })
  const state = await findState(context, words[0] ?? (await newestLabel(context)))
  const { file, ...message } = show(state, await findNames(context.db), context.clock.now())
  if (file) await sendFile(context, user, file)
  await answer(message)
}

async function newestLabel(context: Context): Promise<string> {
  const [newest] = await findRecentRotations(context.db, 1)
  return newest ? rotationLabel(newest.id) : 'R…'
}

export const showCommand: Subcommand = { usage: 'show R42', does: 'everything about one rotation', run }
