import { assertMay } from '#authorization/authorize'
import { findOpenRotations } from '#db/queries/rotations'
import { assertNotClosed } from '#domain/rotation/decision'
import { rotationLabel } from '#domain/rotation/rotation'
import type { Context } from '#src/context'
import { abortModal } from '#views/abort-modal'
import { section } from '#views/blocks'
import { findState } from '../find-state.ts'
import { openModal } from '../open-modal.ts'
import type { Subcommand } from './subcommand.ts'

/** `abort [R42]`; the label is optional while one rotation is open. */
const run: Subcommand['run'] = async ({ words, trigger, user, answer }, context) => {
  const label = words[0] ?? (await onlyOpen(context))
  if (label === null) {
    const open = (await findOpenRotations(context.db)).map((rotation) => rotationLabel(rotation.id))
    const text =
      open.length === 0
        ? 'No rotation is open, so there is nothing to abort.'
        : `Several rotations are open: ${open.join(', ')}. Add the rotation, such as \`/rotation abort ${open[0]}\`.`
    await answer({ text, blocks: [section(text)] })
    return
  }
  await openAbortModal(context, { trigger, user, label })
}

/** Opens the form that aborts a rotation. */
export async function openAbortModal(
  context: Context,
  { trigger, user, label }: { trigger: string; user: string; label: string },
): Promise<void> {
  await openModal(context, { trigger, title: 'Abort' }, async () => {
    await assertMay(context, { user, action: 'abort-rotation', label })
    const state = await findState(context, label)
    assertNotClosed(state.rotation)
    return abortModal(state)
  })
}

async function onlyOpen(context: Context): Promise<string | null> {
  const open = await findOpenRotations(context.db)
  return open.length === 1 && open[0] ? rotationLabel(open[0].id) : null
}

export const abortCommand: Subcommand = {
  usage: 'abort [R42]',
  does: 'abort a rotation, with a reason',
  run,
}
