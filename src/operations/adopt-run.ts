import { findFoundRun } from '#db/queries/found-runs'
import { adoptRun as decide } from '#domain/rotation/adopt-run'
import { type FoundRun, foundRunKey } from '#domain/rotation/found-runs'
import { Refusal } from '#domain/rotation/refusal'
import { latestRun, type Rotation } from '#domain/rotation/rotation'
import { smokeAfter } from '#domain/rotation/runs'
import { dispatchJobs } from '#outbox/queue/github-jobs'
import type { Context } from '#src/context'
import { change } from './change.ts'

export interface AdoptRunRequest {
  /** `8831:2`, as the form lists it. */
  key: string
  /** What the person says where the CI does not; null when they say nothing. */
  environment: string | null
  reason: string
  by: string
}

/**
 * Makes a run that the bot did not start part of a rotation. A deployment that has succeeded is followed by the smoke suite, as
 * one that the bot started.
 *
 * @throws Refusal `run-not-found`, `unknown-environment`, and as the decision `adoptRun`
 */
export function adoptRun(context: Context, rotationId: number, request: AdoptRunRequest): Promise<Rotation> {
  const { key, reason, by } = request
  const at = context.clock.now()
  return change(
    context,
    rotationId,
    async (rotation, db) => {
      const found = await findFoundRun(db, Number(key.split(':')[0]))
      if (!found || foundRunKey(found) !== key || found.createdAt < rotation.openedAt)
        throw new Refusal('run-not-found', { rotation: rotationId })
      const environment = environmentOf(context, found, request.environment)
      const decision = decide(rotation, { found, environment, reason, by }, at)
      const run = latestRun(decision.rotation, found.kind, environment?.name)
      return run ? smokeAfter(decision, run, environment ?? undefined, at) : decision
    },
    ({ events }) => dispatchJobs(rotationId, events),
  )
}

/** @throws Refusal `unknown-environment` */
function environmentOf({ config }: Context, { kind, environment }: FoundRun, said: string | null) {
  const name = kind === 'rotate' ? null : (environment ?? said)
  if (name === null) return null
  const found = config.environments.find((each) => each.name === name)
  if (!found) throw new Refusal('unknown-environment', { environment: name })
  return found
}
