import { assertMay } from '#authorization/authorize'
import { refreshAges, SHOWN_FOR_MS } from '#operations/scheduled/observe-tokens'
import { loadHome } from '#read-models/home'
import { mine } from '#views/mine'
import type { Subcommand } from './subcommand.ts'

/** `/rotation` alone: what waits for the person who typed it, from what was read last; then the ages are read for the next. */
export const runMine: Subcommand['run'] = async ({ user, answer }, context) => {
  await assertMay(context, { user, action: 'read-status' })
  const options = await loadHome(context, user)
  if (options) await answer(mine(options))
  await refreshAges(context, SHOWN_FOR_MS)
}
