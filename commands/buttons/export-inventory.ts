import { assertMay } from '#authorization/authorize'
import { inventoryCsv } from '#domain/tokens/inventory'
import { takeInteraction } from '#operations/interaction'
import { readInventory } from '#operations/readings/read-inventory'
import type { Context } from '#src/context'
import { plural } from '#views/text'
import { createRateLimit, type RateLimit } from '../rate-limit.ts'
import { answerByUrl } from '../respond.ts'
import { sendFile } from '../send-file.ts'
import type { ButtonHandler } from './button.ts'

/** Reads the list again and sends it to the person as a direct message. */
export const exportInventory: ButtonHandler = async ({ user, responseUrl }, context) => {
  await assertMay(context, { user, action: 'export-inventory' })
  limitOf(context).take(user)
  await takeInteraction(context)
  const readings = await readInventory(context)
  const name = `secrets-${context.clock.now().slice(0, 16).replace(/[-:]/g, '').replace('T', '-')}.csv`
  await sendFile(context, user, { name, content: inventoryCsv(readings) })
  if (!responseUrl) return
  const text = `${plural(readings.length, 'secret')}: ${name} was sent to you as a direct message.`
  await answerByUrl(responseUrl, { response_type: 'ephemeral', text })
}

const limits = new WeakMap<Context, RateLimit>()

function limitOf(context: Context): RateLimit {
  const limit = limits.get(context) ?? createRateLimit({ burst: 1, everyMs: context.waits.betweenExports })
  limits.set(context, limit)
  return limit
}
