import type { FailingJob } from '#domain/ports/systems'
import type { Decision } from './decision.ts'
import { quoteEvidence } from './evidence.ts'
import { Refusal } from './refusal.ts'
import { type Evidence, type Instant, latestRun, type Rotation, type Run, STEP_OF_RUN } from './rotation.ts'
import type { StepId } from './steps.ts'
import { assertStepOpen } from './turn.ts'

/** A failed run in the CI that the step looks at. */
export type FailedRun = Run & { runId: number }

/** The step's failed runs that no later one has replaced. */
export const failedRunsOf = (rotation: Rotation, step: StepId): FailedRun[] =>
  rotation.runs.filter(
    (run): run is FailedRun =>
      STEP_OF_RUN[run.kind] === step &&
      run.system === 'ci' &&
      run.state === 'failed' &&
      run.runId !== null &&
      run === latestRun(rotation, run.kind, run.environment ?? undefined),
  )

/** @throws Refusal `rotation-closed`, `step-completed`, `step-not-open`, `run-not-failed` */
export function failedRun(rotation: Rotation, step: StepId, runId: number): FailedRun {
  assertStepOpen(rotation, step)
  const run = failedRunsOf(rotation, step).find((each) => each.runId === runId)
  if (!run) throw new Refusal('run-not-failed', { runId })
  return run
}

/**
 * Keeps quoted lines of a failed run's log as evidence of its step; it counts when the step is completed. Quoting a job
 * again replaces its lines.
 *
 * @throws Refusal as `failedRun`
 */
export function keepQuote(
  rotation: Rotation,
  step: StepId,
  quoted: { runId: number; job: FailingJob },
  { by, at }: { by: string; at: Instant },
): Decision & { quote: Evidence } {
  const { runId, job } = quoted
  const run = failedRun(rotation, step, runId)
  const quote = quoteEvidence(`Failing lines of ${job.name}, run ${runId}`, job.url, job.lines.join('\n'))
  const before = rotation.steps.find(({ id }) => id === step)?.quotes ?? []
  if (before.some((each) => each.url === quote.url && each.digest === quote.digest))
    return { rotation, events: [], quote }
  const quotes = [...before.filter((each) => each.url !== quote.url), quote]
  const { kind, environment, attempt } = run
  return {
    quote,
    rotation: {
      ...rotation,
      steps: rotation.steps.map((each) => (each.id === step ? { ...each, quotes } : each)),
    },
    events: [
      {
        type: 'lines-quoted',
        rotationId: rotation.id,
        actor: by,
        at,
        data: {
          step,
          kind,
          ...(environment === null ? {} : { environment }),
          attempt,
          runId,
          url: job.url,
          digest: quote.digest,
        },
      },
    ],
  }
}
