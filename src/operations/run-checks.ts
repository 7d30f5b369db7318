import type { Check, CheckInput, Verdict } from '#checks/check'
import { checksOf } from '#checks/index'
import { insertCheckResult } from '#db/queries/checks'
import { insertEvents } from '#db/queries/events'
import { insertJobs } from '#db/queries/outbox-jobs'
import { findRotation } from '#db/queries/rotations'
import { Refusal } from '#domain/rotation/refusal'
import { type CheckResult, type Rotation, rotationLabel } from '#domain/rotation/rotation'
import type { StepId } from '#domain/rotation/steps'
import { NotReadable } from '#domain/tokens/secret'
import { withinDeadline } from '#domain/within-deadline'
import { checkInput } from '#operations/readings/check-input'
import { cardEditJob } from '#outbox/queue/slack-jobs'
import type { Context } from '#src/context'

const SECOND = 1_000

/**
 * Runs all checks of a step in parallel and stores each result as it comes; earlier results stay.
 * A check that throws, or takes longer than the configured deadline, is `unknown`.
 *
 * @param given the rotation as it is now, or the id of one that is read first
 * @param actor who asked, or `bot`
 * @param onResult called after each result is stored
 * @throws Refusal `unknown-rotation`
 */
export async function runChecks(
  context: Context,
  given: Rotation | number,
  step: StepId,
  actor: string,
  onResult: (result: CheckResult) => void = () => {},
): Promise<CheckResult[]> {
  const rotation = typeof given === 'number' ? await readRotation(context, given) : given
  const { id: rotationId } = rotation
  const checks = checksOf(step)
  if (checks.length === 0) return []

  const input = checkInput(context, rotation)
  const results = await Promise.all(
    checks.map(async (check) => {
      const startedAt = context.clock.now()
      const verdict = await judge(check, input, context)
      const { state, sentence, advice = '', evidence = [] } = verdict
      const finishedAt = context.clock.now()
      const { id, title } = check
      const result = { check: id, step, title, state, sentence, advice, evidence, startedAt, finishedAt }
      await insertCheckResult(context.db, rotationId, result)
      onResult(result)
      return result
    }),
  )
  await recordRun(context, rotationId, step, actor, results)
  return results
}

async function readRotation({ db }: Context, id: number): Promise<Rotation> {
  const rotation = await findRotation(db, id)
  if (!rotation) throw new Refusal('unknown-rotation', { label: rotationLabel(id) })
  return rotation
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
    const sentence = error instanceof NotReadable ? error.message : 'an internal error occurred in the check'
    return { state: 'unknown', sentence, advice: 'Fix what it reports, then run the checks again.' }
  }
}
