import pMap from 'p-map'
import type { CheckInput } from '#checks/check'
import { findNewestEffectKey } from '#db/queries/effect-results'
import { insertEffects } from '#db/queries/effects'
import { findEvents } from '#db/queries/events'
import { inventoryExportEffect, inventoryExportKey } from '#effects/queue'
import { inventoryCsv, inventoryDigest, type SecretReading } from '#rotation/inventory'
import { type Rotation, rotationLabel } from '#rotation/rotation'
import type { Context } from '#src/context'
import { observeSecrets } from './observe-secrets.ts'
import { readSecret, readSecrets } from './read-secrets.ts'

const SECOND = 1_000

/** What the checks of a rotation may look at. What several of them read is read once. */
export function checkInput(context: Context, rotation: Rotation): CheckInput {
  const scope = once(async () => {
    const readings = await readSecrets(
      context,
      rotation.tokens.map((token) => token.secret),
    )
    await observeSecrets(context, rotation.id, readings)
    return rotation.tokens.map((token, index) => {
      const reading = readings[index]
      if (!reading) throw new TypeError('a reading for each token')
      return { token, reading }
    })
  })
  const all = once(async () => {
    const listed = await context.secrets.list()
    const known = new Map((await scope()).map(({ reading }) => [reading.name, reading]))
    return pMap(listed, (name) => known.get(name) ?? readSecret(context, name), { concurrency: 8 })
  })
  return {
    rotation,
    now: context.clock.now(),
    expiryGraceDays: context.config.checks['expiry-grace-days'],
    readScope: scope,
    readAll: all,
    exportInventory: (readings) => exportInventory(context, rotation.id, readings),
    async readLog() {
      await logDelivered(context, rotation.id)
      return context.repository.readLog()
    },
    readRun: (runId) => context.ci.readRun(runId),
    telemetry: context.telemetry,
    telemetryQueries: context.config.telemetry.queries,
    readHistory: () => findEvents(context.db),
  }
}

/** Waits for the newest entry that the rotation owes the log: whoever completes step 4 opens step 5 at once. */
async function logDelivered(context: Context, rotationId: number): Promise<void> {
  const key = await findNewestEffectKey(context.db, rotationId, 'log-entry')
  if (key) await context.outbox.settled(key, patience(context))
}

// Less than the deadline, so that a check says what it waits for instead of only that it took long.
const patience = ({ config }: Context): number => (config.checks['deadline-seconds'] * SECOND) / 2

/** Queues the upload of the list in its present state, and waits for it. */
async function exportInventory(
  context: Context,
  rotationId: number,
  readings: SecretReading[],
): Promise<string | null> {
  const csv = inventoryCsv(readings)
  const digest = inventoryDigest(csv)
  const filename = `${rotationLabel(rotationId)}-tokens-${digest}.csv`
  const effect = inventoryExportEffect(rotationId, digest, { filename, csv, tokens: readings.length })
  await insertEffects(context.db, [effect], context.clock.now())
  context.outbox.wake()
  const result = await context.outbox.settled(inventoryExportKey(rotationId, digest), patience(context))
  return permalinkIn(result)
}

function permalinkIn(result: unknown): string | null {
  if (typeof result !== 'object' || result === null || !('permalink' in result)) return null
  return typeof result.permalink === 'string' ? result.permalink : null
}

const once = <T>(read: () => Promise<T>): (() => Promise<T>) => {
  let reading: Promise<T> | undefined
  return () => (reading ??= read())
}
