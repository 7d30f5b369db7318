import { findNames } from '#db/queries/people'
import { findOpenRotations } from '#db/queries/rotations'
import { assertNotClosed } from '#domain/rotation/decision'
import { rotationLabel } from '#domain/rotation/rotation'
import type { Context } from '#src/context'
import { section } from '#views/blocks'
import { handoffModal } from '#views/handoff-modal'
import { code, escapeText } from '#views/text'
import { findState } from '../find-state.ts'
import { assertMayWork } from '../may-work.ts'
import { openModal } from '../open-modal.ts'
import { nobodyNamed, parseMention } from './person.ts'
import type { Subcommand } from './subcommand.ts'

/** `handoff @user [R42]`; the label is optional while one rotation is open. */
const run: Subcommand['run'] = async ({ words, trigger, user, answer }, context) => {
  const say = (text: string) => answer({ text, blocks: [section(text)] })
  const to = parseMention(words[0])
  if (to === null) return say(escapeText(nobodyNamed(words[0], '/rotation handoff @name')))
  const open = (await findOpenRotations(context.db)).map((rotation) => rotationLabel(rotation.id))
  const label = words[1] ?? (open.length === 1 ? open[0] : undefined)
  if (label === undefined)
    return say(
      open.length === 0
        ? 'No rotation is open, so there is nothing to hand off.'
        : `Several rotations are open: ${open.join(', ')}. Add the rotation after the name, such as ${code(`/rotation handoff @name ${open[0]}`)}.`,
    )
  await openHandoffModal(context, { trigger, user, label, to })
}

/** Opens the form that gives a rotation to another owner. @param to preselected new owner */
export async function openHandoffModal(
  context: Context,
  { trigger, user, label, to }: { trigger: string; user: string; label: string; to?: string },
): Promise<void> {
  await openModal(context, { trigger, title: 'Hand off' }, async () => {
    const work = await assertMayWork(context, { user, action: 'hand-off', label })
    const state = await findState(context, label)
    assertNotClosed(state.rotation)
    return work.warn(handoffModal(state, await findNames(context.db), to), state.rotation)
  })
}

export const handoffCommand: Subcommand = {
  usage: 'handoff @user [R42]',
  does: 'give a rotation to another owner',
  run,
}
