import { findRotation } from '#db/queries/rotations'
import { failedRun, keepQuote } from '#domain/rotation/quote-lines'
import { Refusal } from '#domain/rotation/refusal'
import { type Evidence, rotationLabel } from '#domain/rotation/rotation'
import type { StepId } from '#domain/rotation/steps'
import type { Context } from '#src/context'
import { change } from './change.ts'

/**
 * Reads the failing lines of a failed run's log, and keeps them as evidence of its step.
 *
 * @throws Refusal as the decision `keepQuote`, `unknown-rotation`; NotReadable
 */
export async function quoteLines(
  context: Context,
  rotationId: number,
  { step, runId, by }: { step: StepId; runId: number; by: string },
): Promise<Evidence> {
  const rotation = await findRotation(context.db, rotationId)
  if (!rotation) throw new Refusal('unknown-rotation', { label: rotationLabel(rotationId) })
  const { runAttempt } = failedRun(rotation, step, runId)
  const job = await context.ci.readFailingJob(runId, runAttempt)
  const at = context.clock.now()
  let quote: Evidence | null = null
  await change(context, rotationId, (current) => {
    const decision = keepQuote(current, step, { runId, job }, { by, at })
    quote = decision.quote
    return decision
  })
  if (quote === null) throw new TypeError('nothing was decided')
  return quote
}
