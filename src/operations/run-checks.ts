import type { Check, CheckInput, Verdict } from '#checks/check'
import { checksOf } from '#checks/index'
import { insertCheckResults } from '#db/queries/checks'
import { insertEvents } from '#db/queries/events'
import { insertJobs } from '#db/queries/outbox-jobs'
import { findRotation } from '#db/queries/rotations'
import { inTransaction } from '#db/transaction'
import type { CheckPhase } from '#domain/rotation/checks'
import { resultDigest } from '#domain/rotation/record-digests'
import { Refusal } from '#domain/rotation/refusal'
import { type CheckResult, type Rotation, rotationLabel } from '#domain/rotation/rotation'
import { type Freshness, NotReadable } from '#domain/tokens/secret'
import { withinDeadline } from '#domain/within-deadline'
import { afterInteraction } from '#operations/interaction'
import { checkInput } from '#operations/readings/check-input'
import { asOfNow } from '#operations/readings/read-secrets'
import { cardEditJob } from '#outbox/queue/slack-jobs'
import { redact } from '#redaction/error-text'
import type { Context } from '#src/context'
import { shareChecks } from './share-checks.ts'

const SECOND = 1_000

export interface RunChecksOptions {
  /** Called after each result is stored. */
  onResult?: (result: CheckResult) => void
  /** Only the checks of this environment; all, where it is left out. */
  environment?: string
  /** How old the readings of secrets may be; left out, everything is read now, as when a person asks. */
  freshness?: Freshness
  /**
   * How long ago identical checks may have been started that serve this request too, in milliseconds. Left out, a second:
   * whoever asks later wants to see what has changed since.
   */
  sharedFor?: number
}

/** For checks that run because a screen is opened: those that are running are as good. */
export const WHILE_RUNNING = Number.POSITIVE_INFINITY

/**
 * Runs all checks of a step, or of the promotion, beside one another and keeps each result as it comes, with every earlier one.
 * A check that throws, or takes longer than the configured deadline, is `unknown`. Identical checks at the same time run once.
 *
 * @param given the rotation as it is now, or the id of one that is read first
 * @param actor who asked, or `bot`
 * @throws Refusal `unknown-rotation`
 */
export async function runChecks(
  context: Context,
  given: Rotation | number,
  step: CheckPhase,
  actor: string,
  options: RunChecksOptions = {},
): Promise<CheckResult[]> {
  const rotation = typeof given === 'number' ? await readRotation(context, given) : given
  const { onResult = () => {}, environment = null, freshness = asOfNow(), sharedFor = SECOND } = options
  const { id, version } = rotation
  // The end of a run that changes secrets makes another version.
  const key = JSON.stringify([id, version, step, environment])
  return shareChecks(context, { key, freshness, startedWithin: sharedFor, onResult }, (onEach) =>
    // What checks find is nothing that a person sent: several people may wait for it, and a copy of a click may find it, too.
    afterInteraction(() =>
      runNow(context, rotation, step, actor, { onResult: onEach, environment, freshness }),
    ),
  )
}

async function runNow(
  context: Context,
  rotation: Rotation,
  step: CheckPhase,
  actor: string,
  {
    onResult,
    environment,
    freshness,
  }: { onResult: (result: CheckResult) => void; environment: string | null; freshness: Freshness },
): Promise<CheckResult[]> {
  const { id: rotationId } = rotation
  const checks = checksOf(rotation, context.config.environments, step).filter(
    (check) => environment === null || check.environment === environment,
  )
  if (checks.length === 0) return []

  const input = checkInput(context, rotation, { freshness, environments: environmentsOf(checks) })
  const results = await Promise.all(
    checks.map(async (check) => {
      const startedAt = context.clock.now()
      const verdict = await judge(check, input, context)
      const { state, sentence, advice = '', evidence = [] } = verdict
      const finishedAt = context.clock.now()
      const { id, title } = check
      const result = { check: id, step, title, state, sentence, advice, evidence, startedAt, finishedAt }
      onResult(result)
      return result
    }),
  )
  await recordRun(context, rotationId, { step, ...(environment && { environment }) }, actor, results)
  return results
}

/** The environments that the checks look at; null where one looks at the whole rotation. */
const environmentsOf = (checks: readonly Check[]): ReadonlySet<string> | null => {
  const names = checks.flatMap(({ environment }) => environment ?? [])
  return names.length === checks.length ? new Set(names) : null
}

async function readRotation({ db }: Context, id: number): Promise<Rotation> {
  const rotation = await findRotation(db, id)
  if (!rotation) throw new Refusal('unknown-rotation', { label: rotationLabel(id) })
  return rotation
}

async function recordRun(
  context: Context,
  rotationId: number,
  where: { step: CheckPhase; environment?: string },
  actor: string,
  results: CheckResult[],
) {
  const at = context.clock.now()
  await inTransaction(context.db, async (tx) => {
    const data = {
      ...where,
      results: results.map((result) => {
        const { check, title, state, sentence } = result
        return { check, title, state, sentence, digest: resultDigest(result) }
      }),
    }
    // With the event, so that there is no result that no event recorded.
    await insertCheckResults(tx, rotationId, results)
    const [event] = await insertEvents(tx, [{ type: 'checks-run', rotationId, actor, at, data }])
    await insertJobs(tx, [cardEditJob(rotationId, `event:${event?.count}`)], at)
  })
  context.outbox.wake()
}

async function judge(check: Check, input: CheckInput, { config, log }: Context): Promise<Verdict> {
  const ms = config.checks['deadline-seconds'] * SECOND
  try {
    return await withinDeadline(check.run(input), ms, () => ({
      state: 'unknown',
      sentence: `no answer within ${ms / SECOND} s`,
      advice: 'Run the checks again.',
    }))
  } catch (error) {
    if (!(error instanceof NotReadable)) log.error({ error, check: check.id }, 'a check crashed')
    const sentence =
      error instanceof NotReadable ? redact(error.message) : 'an internal error occurred in the check'
    return { state: 'unknown', sentence, advice: 'Fix what it reports, then run the checks again.' }
  }
}
