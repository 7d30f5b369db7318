import pMap from 'p-map'
import type { Check, CheckInput, Verdict } from '#checks/check'
import { checksOf } from '#checks/index'
import { insertCheckResult } from '#db/queries/checks'
import { findNewestEffectKey } from '#db/queries/effect-results'
import { insertEffects } from '#db/queries/effects'
import { findEvents, insertEvents } from '#db/queries/events'
import { findRotation } from '#db/queries/rotations'
import { cardEditEffect, inventoryExportEffect, inventoryExportKey } from '#effects/queue'
import type { CheckId } from '#rotation/checks'
import { inventoryCsv, inventoryDigest, type SecretReading } from '#rotation/inventory'
import { Refusal } from '#rotation/refusal'
import { type CheckResult, type Rotation, rotationLabel } from '#rotation/rotation'
import { NotReadable } from '#rotation/secret'
import type { StepId } from '#rotation/steps'
import type { Context } from '#src/context'
import { observeSecrets } from './observe-secrets.ts'
import { readSecret, readSecrets } from './read-secrets.ts'

const SECOND = 1_000

/**
 * Runs all checks of a step beside one another and keeps each result as it comes, with every earlier one.
 * A check that throws, or takes longer than the configured deadline, is `unknown`.
 *
 * @param actor who asked, or `bot`
 * @param onResult called after each result is kept
 * @throws Refusal `unknown-rotation`
 */
export async function runChecks(
  context: Context,
  rotationId: number,
  step: StepId,
  actor: string,
  onResult: (check: CheckId) => void = () => {},
): Promise<CheckResult[]> {
  const rotation = await findRotation(context.db, rotationId)
  if (!rotation) throw new Refusal('unknown-rotation', { label: rotationLabel(rotationId) })
  const checks = checksOf(step)
  if (checks.length === 0) return []

  const input = checkInput(context, rotation)
  const results = await Promise.all(
    checks.map(async (check) => {
      const startedAt = context.clock.now()
      const verdict = await withinDeadline(check, input, context)
      const { state, sentence, advice = '', evidence = [] } = verdict
      const finishedAt = context.clock.now()
      const { id, title } = check
      const result = { check: id, step, title, state, sentence, advice, evidence, startedAt, finishedAt }
      await insertCheckResult(context.db, rotationId, result)
      onResult(id)
      return result
    }),
  )
  await recordRun(context, rotationId, step, actor, results)
  return results
}

async function recordRun(
  context: Context,
  rotationId: number,
  step: StepId,
  actor: string,
  results: CheckResult[],
) {
  const at = context.clock.now()
  await context.db.transaction().execute(async (tx) => {
    const data = {
      step,
      results: results.map(({ check, title, state, sentence }) => ({ check, title, state, sentence })),
    }
    const [event] = await insertEvents(tx, [{ type: 'checks-run', rotationId, actor, at, data }])
    await insertEffects(tx, [cardEditEffect(rotationId, `event:${event?.count}`)], at)
  })
  context.outbox.wake()
}

function checkInput(context: Context, rotation: Rotation): CheckInput {
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

async function withinDeadline(check: Check, input: CheckInput, { config, log }: Context): Promise<Verdict> {
  const ms = config.checks['deadline-seconds'] * SECOND
  const timer = Promise.withResolvers<Verdict>()
  const timeout = setTimeout(
    () =>
      timer.resolve({
        state: 'unknown',
        sentence: `no answer within ${ms / SECOND} s`,
        advice: 'Run the checks again.',
      }),
    ms,
  )
  try {
    return await Promise.race([check.run(input), timer.promise])
  } catch (error) {
    if (!(error instanceof NotReadable)) log.error({ error, check: check.id }, 'a check failed itself')
    const sentence = error instanceof NotReadable ? error.message : 'the check itself failed'
    return { state: 'unknown', sentence, advice: 'Mend what it says, then run the checks again.' }
  } finally {
    clearTimeout(timeout)
  }
}
