import type { DeploymentSeen } from '#domain/ports/systems'
import { type Decision, unchanged } from './decision.ts'
import { type Environment, environmentsToPromote } from './environments.ts'
import { BOT_ACTOR, type NewEvent } from './events.ts'
import type { Deviation, Instant, Rotation } from './rotation.ts'

/**
 * The environments that wait for the sign-offs and already have a new token, while a signature is missing: whoever deploys one
 * now promotes what nobody approved.
 */
export const exposedEnvironments = (
  rotation: Rotation,
  environments: readonly Environment[],
): Environment[] =>
  rotation.status === 'open'
    ? environmentsToPromote(rotation, environments).filter(
        (each) => each.takes === 'deploy' && firstNewToken(rotation, each) !== null,
      )
    : []

/** When an environment got the first of its new tokens; null while it has none. */
function firstNewToken({ tokens }: Rotation, { name }: Environment): Instant | null {
  const times = tokens.flatMap((token) => (token.environment === name ? (token.newVersionAt ?? []) : []))
  return times.sort()[0] ?? null
}

/**
 * Records deployments by others to an environment that waits for the sign-offs, each once. Those that began before its first new
 * token, that did not succeed, or that the bot started itself are none.
 */
export function recordDeviations(
  rotation: Rotation,
  environment: Environment,
  deployments: readonly DeploymentSeen[],
  at: Instant,
): Decision {
  const since = firstNewToken(rotation, environment)
  if (since === null || rotation.status !== 'open') return unchanged(rotation)
  const found = deployments
    .filter(
      ({ id, startedAt, finishedAt, runId }) =>
        finishedAt !== null &&
        startedAt !== null &&
        seconds(startedAt) >= seconds(since) &&
        !rotation.deviations.some((each) => each.deploymentId === id) &&
        !rotation.runs.some((run) => runId !== null && run.runId === runId),
    )
    .map(
      ({ id, runId, url, startedBy, startedAt }): Deviation => ({
        environment: environment.name,
        at,
        deploymentId: id,
        runId,
        url,
        startedBy,
        startedAt: startedAt ?? at,
      }),
    )
  if (found.length === 0) return unchanged(rotation)
  const events = found.map(({ at: _, ...data }): NewEvent => {
    return { type: 'deviation-recorded', rotationId: rotation.id, actor: BOT_ACTOR, at, data }
  })
  return { rotation: { ...rotation, deviations: [...rotation.deviations, ...found] }, events }
}

/** The CI tells whole seconds only. */
const seconds = (at: Instant): number => Math.floor(Date.parse(at) / 1000)

/**
 * The other rotation whose new version is current in an environment although its sign-offs are missing: deploying there would
 * promote it. Null when there is none.
 */
export const unsignedElsewhere = (
  rotation: Pick<Rotation, 'id'>,
  environment: Environment,
  others: readonly Rotation[],
): Rotation | null =>
  environment.deploy === 'after-sign-off'
    ? (others.find(
        (other) =>
          other.id !== rotation.id &&
          other.status === 'open' &&
          other.tokens.some((token) => token.environment === environment.name && token.newVersionId !== null),
      ) ?? null)
    : null
