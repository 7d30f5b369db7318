import { readInventory } from '#operations/readings/read-inventory'
import { inventory } from '#views/inventory'
import type { Subcommand } from './subcommand.ts'

const run: Subcommand['run'] = async ({ answer }, context) =>
  answer(inventory(await readInventory(context), context.clock.now()))

export const inventoryCommand: Subcommand = {
  usage: 'inventory',
  does: 'all secrets with their metadata, also as CSV',
  run,
}
