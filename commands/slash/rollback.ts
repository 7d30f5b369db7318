import { assertNotClosed } from '#domain/rotation/decision'
import type { Context } from '#src/context'
import { rollbackModal } from '#views/rollback'
import { findState } from '../find-state.ts'
import { assertMayWork } from '../may-work.ts'
import { openModal } from '../open-modal.ts'
import type { Subcommand } from './subcommand.ts'

const run: Subcommand['run'] = ({ words, trigger, user }, context) =>
  openRollbackModal(context, { trigger, user, label: words[0] ?? '' })

/** Opens the form that takes tokens back to their old versions. */
export async function openRollbackModal(
  context: Context,
  { trigger, user, label }: { trigger: string; user: string; label: string },
): Promise<void> {
  await openModal(context, { trigger, title: 'Roll back' }, async () => {
    const work = await assertMayWork(context, { user, action: 'rollback', label })
    const state = await findState(context, label)
    assertNotClosed(state.rotation)
    return work.warn(rollbackModal(state), state.rotation)
  })
}

export const rollbackCommand: Subcommand = {
  usage: 'rollback R42',
  does: 'take tokens back to their old versions',
  run,
}
