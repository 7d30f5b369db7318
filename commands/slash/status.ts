import { findNames } from '#db/queries/people'
import { readStatus } from '#operations/read-status'
import type { Context } from '#src/context'
import type { Message } from '#views/blocks'
import { status } from '#views/status'
import type { Subcommand } from './subcommand.ts'

const run: Subcommand['run'] = async ({ answer }, context) => answer(await statusMessage(context, true))

/** @param shareable whether it carries the button that shares it in the channel */
export async function statusMessage(context: Context, shareable: boolean): Promise<Message> {
  const { tokens, rotations, revocations, gone, problem } = await readStatus(context)
  const names = await findNames(context.db)
  return status({
    tokens,
    rotations,
    revocations,
    gone,
    names,
    now: context.clock.now(),
    ...(problem ? { problem } : {}),
    shareable,
  })
}

export const statusCommand: Subcommand = {
  usage: 'status',
  does: 'ages of all tokens, what is due, open rotations',
  run,
}
