import { assertMay } from '#authorization/authorize'
import { findCards } from '#db/queries/messages'
import { findUnresolvedRevocations } from '#db/queries/revocations'
import { proveRevocations } from '#operations/scheduled/prove-revocations'
import { watchTimes } from '#read-models/rotation-state'
import type { Context } from '#src/context'
import { type OpenRevocations, revocations } from '#views/revocations'
import type { Subcommand } from './subcommand.ts'

/** Checks again first, so that a version that was just revoked is not listed. */
const run: Subcommand['run'] = async ({ user, answer }, context) => {
  await assertMay(context, { user, action: 'read-revocations' })
  await proveRevocations(context, () => true)
  await answer(revocations(await openRevocations(context), watchTimes(context.config), context.clock.now()))
}

async function openRevocations({ db }: Context): Promise<OpenRevocations[]> {
  const groups = Map.groupBy(await findUnresolvedRevocations(db), (row) => row.rotationId)
  const cards = await findCards(db, [...groups.keys()])
  return [...groups].map(([rotationId, rows]) => ({
    rotationId,
    permalink: cards.get(rotationId)?.permalink ?? null,
    rows,
  }))
}

export const revocationsCommand: Subcommand = {
  usage: 'revocations',
  does: 'old versions that still have to be revoked',
  run,
}
