import { findRotationEvents } from '#db/queries/events'
import { findJobSent } from '#db/queries/job-results'
import { insertJobs } from '#db/queries/outbox-jobs'
import { findNames } from '#db/queries/people'
import { findLastShown, insertShownSignOff } from '#db/queries/shown-sign-offs'
import type { Role } from '#domain/rotation/rotation'
import { assertSignable } from '#domain/rotation/sign-off'
import { assertStillTrue, type Grounds, stepsToCheckAgain } from '#domain/rotation/still-true'
import { signOffRecordKey } from '#outbox/queue/slack-jobs'
import { loadState } from '#read-models/rotation-state'
import type { Context } from '#src/context'
import type { LastLook } from '#views/sign-off-changes'
import type { RecordFiles } from '#views/sign-off-modal'
import type { RotationState } from '#views/state'
import { runChecks } from './run-checks.ts'
import { recordJob } from './sign-off-record.ts'

export interface SignOffView {
  role: Role
  user: string
  delegateOf: string | null
}

/** What a person may sign, as it is shown to them. */
export interface ShownSignOff {
  state: RotationState
  /** The full record in the thread. */
  record: RecordFiles
  lastLook: LastLook | null
}

/**
 * The state that a person may sign. Runs again what completed steps rest on where it is older than results may be, or did not pass
 * lately; then keeps what is shown to whom, and uploads the full record of it where that was not done yet.
 *
 * @throws Refusal as `assertSignable` and `assertStillTrue`
 */
export async function showSignOff(
  context: Context,
  state: RotationState,
  { role, user, delegateOf }: SignOffView,
): Promise<ShownSignOff> {
  assertSignable(state.rotation, role, user, delegateOf)
  const { id: rotationId } = state.rotation
  const steps = stepsToCheckAgain(state.rotation, groundsOf(context, state), context.clock.now())
  await Promise.all(steps.map((step) => runChecks(context, state.rotation, step, user)))
  const shown = steps.length > 0 ? ((await loadState(context, context.db, rotationId)) ?? state) : state
  const at = context.clock.now()
  assertSignable(shown.rotation, role, user, delegateOf)
  assertStillTrue(shown.rotation, groundsOf(context, shown), at)
  const lastLook = await findLastLook(context, shown, user)
  await insertShownSignOff(context.db, { rotationId, role, user, delegateOf, digest: shown.digest, at })
  return { state: shown, record: await findRecord(context, shown), lastLook }
}

async function findLastLook(
  { db }: Pick<Context, 'db'>,
  { rotation, digest }: RotationState,
  user: string,
): Promise<LastLook | null> {
  const last = await findLastShown(db, rotation.id, user)
  if (!last) return null
  const events = await findRotationEvents(db, rotation.id)
  return {
    at: last.at,
    isSameRecord: last.digest === digest,
    events: events.filter((event) => event.at > last.at),
  }
}

/** The full record can be read before it is signed: where it was not uploaded yet, it is uploaded now. */
async function findRecord(
  context: Context,
  { rotation, checks, digest }: RotationState,
): Promise<RecordFiles> {
  const upload = await findJobSent(context.db, signOffRecordKey(rotation.id, digest))
  if (!upload) {
    const job = recordJob(rotation, checks, await findNames(context.db))
    await insertJobs(context.db, [job], context.clock.now())
    context.outbox.wake()
  }
  // Without `page`: uploaded by an earlier version.
  const uploaded = (upload?.result ?? {}) as { permalink?: string | null; page?: string | null }
  return { json: uploaded.permalink ?? null, page: uploaded.page ?? null }
}

/** Whether the results are too old to sign on, so that the form must be filled again. */
export const isOutdated = (context: Context, state: RotationState): boolean =>
  stepsToCheckAgain(state.rotation, groundsOf(context, state), context.clock.now()).length > 0

export const groundsOf = (
  { config }: Pick<Context, 'config'>,
  { definitions, checks }: Pick<RotationState, 'definitions' | 'checks'>,
): Grounds => ({ definitions, results: checks, maxAgeMinutes: config.checks['max-age-minutes'] })
