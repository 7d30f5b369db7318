import { assertMay } from '#authorization/authorize'
import { findDelegations } from '#db/queries/delegations'
import { findNames } from '#db/queries/people'
import { findOnCall } from '#integrations/slack/on-call'
import { readHolders } from '#operations/scheduled/observe-holders'
import { whoIsWho } from '#views/delegations'
import type { Subcommand } from './subcommand.ts'

/** `who` */
const run: Subcommand['run'] = async ({ user, answer }, context) => {
  await assertMay(context, { user, action: 'read-delegations' })
  const { people, members, remarks } = await findOnCall(context)
  await answer(
    whoIsWho({
      holders: await readHolders(context),
      delegations: await findDelegations(context.db, context.clock.now()),
      operators: await context.people.openLists().members('operators'),
      onCall: people.length > 0 ? people : members,
      remarks,
      names: await findNames(context.db),
    }),
  )
}

export const whoCommand: Subcommand = {
  usage: 'who',
  does: 'who holds which role, and who is on call now',
  run,
}
