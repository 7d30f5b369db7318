import { assertMay } from '#authorization/authorize'
import { refreshAges, SHOWN_FOR_MS } from '#operations/scheduled/observe-tokens'
import { loadHome } from '#read-models/home'
import { mine } from '#views/mine'
import type { Subcommand } from './subcommand.ts'

/** `/rotation` alone: what waits for the person who typed it. */
export const runMine: Subcommand['run'] = async ({ user, answer }, context) => {
  await assertMay(context, { user, action: 'read-status' })
  await refreshAges(context, SHOWN_FOR_MS)
  const options = await loadHome(context, user)
  if (options) await answer(mine(options))
}
