import { checksOf } from '#checks/index'
import { findCurrentChecks } from '#db/queries/checks'
import { findDelegations } from '#db/queries/delegations'
import type { ReadDb } from '#db/schema'
import type { NewJob } from '#domain/ports/outbox-job'
import { completeStep as decide, type GivenCompletion } from '#domain/rotation/complete-step'
import { environmentsToVerify } from '#domain/rotation/environments'
import { allStepsDone, type Rotation } from '#domain/rotation/rotation'
import { logEntry } from '#domain/rotation/rotation-log'
import { STEP_IDS, type StepId } from '#domain/rotation/steps'
import { logEntryJob } from '#outbox/queue/github-jobs'
import { threadMessageJob } from '#outbox/queue/slack-jobs'
import { describeRotation } from '#read-models/rotation-state'
import { runbookNames } from '#read-models/runbook-names'
import type { Context } from '#src/context'
import { signOffRequest } from '#views/sign-off-request'
import { threadLine } from '#views/thread'
import { type Change, change, isInSignOffRequest } from './change.ts'
import { verifiedBy } from './readings/verified-by.ts'
import { recordJob } from './sign-off-record.ts'
import { ticketReport } from './ticket-report.ts'

/**
 * Completes a step with what the person confirmed. Completing `integration-verification` enqueues the log entry
 * `validated`; the ticket report is enqueued when all but the last step are done; the last step requests sign-off.
 *
 * @throws Refusal as the decision `completeStep`
 */
export function completeStep(
  context: Context,
  rotationId: number,
  step: StepId,
  given: Omit<GivenCompletion, 'at'>,
): Promise<Rotation> {
  const at = context.clock.now()
  return change(
    context,
    rotationId,
    async (rotation, db) => {
      const results = await findCurrentChecks(db, rotation)
      const maxAgeMinutes = context.config.checks['max-age-minutes']
      const checks = checksOf(rotation, context.config.environments, step)
      const runbook = runbookNames(context)
      const situation = { checks, results, maxAgeMinutes, runbook }
      const decision = decide(rotation, step, { ...given, at }, situation)
      if (step !== 'integration-verification' || decision.events.length === 0) return decision
      const environments = environmentsToVerify(rotation, context.config.environments).map(({ name }) => name)
      const updated = await verifiedBy(db, rotation, { environments, results, at })
      return { ...decision, revocations: { updated } }
    },
    (saved, db) => jobsAfter(context, saved, step, at, db),
  )
}

async function jobsAfter(
  context: Context,
  saved: Change,
  step: StepId,
  at: string,
  db: ReadDb,
): Promise<NewJob[]> {
  const { after, head, names } = saved
  const jobs: NewJob[] = []
  if (step === 'integration-verification')
    jobs.push(logEntryJob(after.id, logEntry(after, 'validated', at, head, names)))
  if (isReportable(after, step)) jobs.push(await ticketReport(context, saved, 'validated', at, db))
  if (allStepsDone(after)) {
    const message = signOffRequest(
      await describeRotation(context, db, after),
      names,
      at,
      await findDelegations(db, at),
      saved.events
        .filter((event) => isInSignOffRequest(event, after))
        .map((event) => threadLine(event, names)),
    )
    jobs.push(threadMessageJob(after.id, `sign-off:${head.count}`, message))
    jobs.push(recordJob(after, await findCurrentChecks(db, after), names))
  }
  return jobs
}

/** Whether this step completes all but the last one, also after a rejection. */
const isReportable = ({ steps }: Rotation, step: StepId): boolean =>
  step !== STEP_IDS.at(-1) && steps.every((each) => each.completion || each.id === STEP_IDS.at(-1))
