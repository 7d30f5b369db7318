import { assertMay } from '#authorization/authorize'
import { readInventory } from '#operations/readings/read-inventory'
import { inventory } from '#views/inventory'
import type { Subcommand } from './subcommand.ts'

const run: Subcommand['run'] = async ({ user, answer }, context) => {
  await assertMay(context, { user, action: 'read-inventory' })
  await answer(inventory(await readInventory(context), context.clock.now(), context.config.environments))
}

export const inventoryCommand: Subcommand = {
  usage: 'inventory',
  does: 'all secrets with their metadata, also as CSV',
  run,
}
