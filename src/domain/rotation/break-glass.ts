import { assertNotClosed, type Decision, unchanged } from './decision.ts'
import { type Environment, environmentsToPromote } from './environments.ts'
import { Refusal, type Refusals } from './refusal.ts'
import { type BreakGlass, type Instant, type Role, type Rotation, stepOf } from './rotation.ts'
import { assertSeparateDuties } from './separation-of-duties.ts'

/** The request of the present round; a rejection or another token version voids it. */
export const breakGlassOf = ({ breakGlass, round }: Rotation): BreakGlass | null =>
  breakGlass?.round === round ? breakGlass : null

const hasNewVersions = (rotation: Rotation): boolean =>
  stepOf(rotation, 'rotation-execution').completion !== null

/** Whether an approver has acknowledged that environments are deployed to before the sign-offs. */
export const isBreakGlass = (rotation: Rotation): boolean =>
  rotation.status === 'open' &&
  hasNewVersions(rotation) &&
  (breakGlassOf(rotation)?.acknowledgedAt ?? null) !== null

type Obstacle = Refusals['break-glass-refused']['why']

/** Why nobody can ask for it; null where they can. */
export function breakGlassObstacle(
  rotation: Rotation,
  environments: readonly Environment[],
): Obstacle | null {
  if (rotation.trigger !== 'credential-anomaly') return 'no-anomaly'
  if (rotation.status !== 'open') return 'signed'
  if (!hasNewVersions(rotation)) return 'no-new-versions'
  if (environmentsToPromote(rotation, environments).length === 0) return 'nothing-to-deploy'
  const present = breakGlassOf(rotation)
  if (!present) return null
  return present.acknowledgedAt === null ? 'requested' : 'acknowledged'
}

/** Whether an approver can acknowledge a request now. */
export const awaitsAcknowledgement = (rotation: Rotation, environments: readonly Environment[]): boolean =>
  breakGlassObstacle(rotation, environments) === 'requested'

function refuse(rotation: Rotation, why: Obstacle): never {
  throw new Refusal('break-glass-refused', { rotation: rotation.id, why })
}

/**
 * Asks that the environments which wait for the sign-offs are deployed to before them. Nothing is deployed before an approver
 * acknowledges it.
 *
 * @throws Refusal `rotation-closed`, `break-glass-refused`, `reason-missing`
 */
export function requestBreakGlass(
  rotation: Rotation,
  { by, at, reason }: { by: string; at: Instant; reason: string },
  environments: readonly Environment[],
): Decision {
  assertNotClosed(rotation)
  const present = breakGlassOf(rotation)
  if (present?.requestedBy === by && present.reason === reason) return unchanged(rotation)
  const obstacle = breakGlassObstacle(rotation, environments)
  if (obstacle) refuse(rotation, obstacle)
  if (reason.trim() === '') throw new Refusal('reason-missing', {})
  const breakGlass: BreakGlass = {
    requestedBy: by,
    requestedAt: at,
    reason,
    round: rotation.round,
    acknowledgedBy: null,
    acknowledgedAt: null,
    role: null,
    delegateOf: null,
  }
  return {
    rotation: { ...rotation, breakGlass },
    events: [{ type: 'break-glass-requested', rotationId: rotation.id, actor: by, at, data: { reason } }],
  }
}

/**
 * An approver acknowledges the request: the environments may be deployed to from now on. Both roles sign afterwards, and the
 * record calls it a deviation from the runbook.
 *
 * @throws Refusal `rotation-closed`, `break-glass-refused`, `owner-cannot-sign`, `worker-cannot-sign`, `same-person-twice`,
 *   `holder-cannot-sign`
 */
export function acknowledgeBreakGlass(
  rotation: Rotation,
  { by, at, role, delegateOf }: { by: string; at: Instant; role: Role; delegateOf: string | null },
): Decision {
  assertNotClosed(rotation)
  const present = breakGlassOf(rotation)
  if (rotation.status !== 'open') refuse(rotation, 'signed')
  if (!present) refuse(rotation, 'not-requested')
  if (present.acknowledgedBy === by) return unchanged(rotation)
  if (present.acknowledgedAt !== null) refuse(rotation, 'acknowledged')
  if (present.requestedBy === by) refuse(rotation, 'own-request')
  if (!hasNewVersions(rotation)) refuse(rotation, 'no-new-versions')
  assertSeparateDuties(rotation, by, delegateOf)
  return {
    rotation: {
      ...rotation,
      breakGlass: { ...present, acknowledgedBy: by, acknowledgedAt: at, role, delegateOf },
    },
    events: [
      {
        type: 'break-glass',
        rotationId: rotation.id,
        actor: by,
        at,
        data: {
          requestedBy: present.requestedBy,
          reason: present.reason,
          role,
          ...(delegateOf !== null && { delegateOf }),
        },
      },
    ],
  }
}
