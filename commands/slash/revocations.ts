import { findCards } from '#db/queries/messages'
import { findUnresolvedRevocations } from '#db/queries/revocations'
import { proveRevocations } from '#operations/scheduled/prove-revocations'
import type { Context } from '#src/context'
import { type OpenRevocations, revocations } from '#views/revocations'
import type { Subcommand } from './subcommand.ts'

/** Reads the versions again first, so that what was just revoked is not listed. */
const run: Subcommand['run'] = async ({ answer }, context) => {
  await proveRevocations(context, 'all')
  await answer(revocations(await openRevocations(context), context.clock.now()))
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
  does: 'old versions that are still to be revoked',
  run,
}
