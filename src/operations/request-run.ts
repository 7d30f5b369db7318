import { definitionsFor } from '#checks/index'
import { findOpenRotations } from '#db/queries/rotations'
import type { ReadDb } from '#db/schema'
import type { NewJob } from '#domain/ports/outbox-job'
import { unsignedElsewhere } from '#domain/rotation/deviations'
import type { Environment } from '#domain/rotation/environments'
import { requestedVersionId } from '#domain/rotation/managed-rotation'
import { assertInOrder } from '#domain/rotation/promotion'
import { Refusal } from '#domain/rotation/refusal'
import { latestRun, type Rotation } from '#domain/rotation/rotation'
import { requestRun as decide, type RunRequest, secretsToRotate } from '#domain/rotation/runs'
import { barredDeployment } from '#domain/time/windows'
import { workflowDispatchJob } from '#outbox/queue/github-jobs'
import { secretRotationJob } from '#outbox/queue/secrets-jobs'
import { windowsOf } from '#read-models/windows'
import type { Context } from '#src/context'
import { change } from './change.ts'

/**
 * Starts a workflow in the CI, or the secrets manager's own rotation where the config says so.
 *
 * @param environment where, for a deployment or a smoke test
 * @param reason why an incident is deployed although the environment's window is closed
 * @throws Refusal `unknown-environment`, `environment-waits`, `promotes-at-once`, `unsigned-version-current`, and as the
 *   decision `requestRun`
 */
export function requestRun(
  context: Context,
  rotationId: number,
  {
    kind,
    environment: name = null,
    reason = '',
  }: { kind: RunRequest['kind']; environment?: string | null; reason?: string },
  by: string,
): Promise<Rotation> {
  const at = context.clock.now()
  const system = kind === 'rotate' ? context.config.rotate.with : 'ci'
  const environment = context.config.environments.find((each) => each.name === name) ?? null
  if (kind !== 'rotate' && !environment) throw new Refusal('unknown-environment', { environment: name ?? '' })
  const barred = environment && barredDeployment(windowsOf(context), environment.name, at)
  return change(
    context,
    rotationId,
    async (rotation, db) => {
      if (kind === 'deploy' && environment) assertInOrder(rotation, environment, context.config.environments)
      const decision = decide(rotation, { kind, system, environment, barred, reason }, by, at)
      if (kind === 'rotate') assertGuardsPassed(context, rotation)
      if (kind === 'deploy' && environment) await assertNothingUnsigned(db, rotation, environment)
      return decision
    },
    ({ after }) => {
      const attempt = latestRun(after, kind)?.attempt ?? 1
      return system === 'ci'
        ? [workflowDispatchJob(rotationId, kind, attempt)]
        : rotationRequests(after, attempt)
    },
  )
}

/**
 * What takes its tokens at run time and waits for the sign-offs is promoted by the rotation itself.
 *
 * @throws Refusal `promotes-at-once`
 */
function assertGuardsPassed({ config }: Context, rotation: Rotation): void {
  const open = definitionsFor(rotation, config.environments).filter(
    ({ id, guards }) =>
      guards === 'rotate' &&
      !rotation.exceptions.some((each) => each.check === id && each.round === rotation.round),
  )
  if (open.length === 0) return
  const environments = open.flatMap(({ environment }) => environment ?? [])
  throw new Refusal('promotes-at-once', { environments, titles: open.map(({ title }) => title) })
}

/** @throws Refusal `unsigned-version-current` */
async function assertNothingUnsigned(
  db: ReadDb,
  rotation: Rotation,
  environment: Environment,
): Promise<void> {
  const other = unsignedElsewhere(rotation, environment, await findOpenRotations(db))
  if (other)
    throw new Refusal('unsigned-version-current', { environment: environment.name, rotation: other.id })
}

const rotationRequests = (rotation: Rotation, attempt: number): NewJob[] =>
  secretsToRotate(rotation).map((secret) => {
    const versionId = requestedVersionId(rotation, attempt, secret)
    return secretRotationJob(rotation.id, { attempt, secret, versionId })
  })
