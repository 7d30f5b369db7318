import type { CheckSituation } from './complete-step.ts'
import { assertVerified } from './complete-step.ts'
import { assertNotClosed, type Decision, unchanged } from './decision.ts'
import { mayPromote } from './early-deployment.ts'
import { type Environment, environmentsToPromote } from './environments.ts'
import { BOT_ACTOR } from './events.ts'
import { Refusal } from './refusal.ts'
import type { Instant, Role, Rotation, SignOff, Step } from './rotation.ts'
import type { StepId } from './steps.ts'

/**
 * The environments after the sign-offs that may be deployed to and are not verified yet, in order; none when nothing is being
 * promoted.
 */
export function environmentsLeft(rotation: Rotation, environments: readonly Environment[]): Environment[] {
  const done = new Set(rotation.promoted.map((each) => each.environment))
  return environmentsToPromote(rotation, environments).filter(
    (each) => !done.has(each.name) && mayPromote(rotation, each.name),
  )
}

/**
 * Environments that deploy after the sign-offs are deployed to in order: the next one when those before it are verified.
 *
 * @throws Refusal `environment-waits`
 */
export function assertInOrder(
  rotation: Rotation,
  environment: Environment,
  environments: readonly Environment[],
): void {
  const [next] = environmentsLeft(rotation, environments)
  const isLeft = environmentsLeft(rotation, environments).some((each) => each.name === environment.name)
  if (next && isLeft && next.name !== environment.name)
    throw new Refusal('environment-waits', { environment: environment.name, before: next.name })
}

/**
 * Notes that an environment runs on the new tokens; the last one leads to the retirement of the old versions.
 *
 * @param situation the environment's checks, and what they saw last
 * @throws Refusal `checks-not-run`, `checks-stale`, `checks-not-passed`
 */
export function promoteEnvironment(
  rotation: Rotation,
  environment: Environment,
  environments: readonly Environment[],
  situation: CheckSituation,
  at: Instant,
): Decision {
  if (!environmentsLeft(rotation, environments).some((each) => each.name === environment.name))
    return unchanged(rotation)
  assertVerified(rotation, at, situation)
  const after: Rotation = {
    ...rotation,
    promoted: [...rotation.promoted, { environment: environment.name, at }],
  }
  // Before the sign-offs it only counts: both roles still sign.
  const isLast = rotation.status === 'promoting' && environmentsLeft(after, environments).length === 0
  return {
    rotation: isLast ? { ...after, status: 'retiring' } : after,
    events: [
      {
        type: 'environment-promoted',
        rotationId: rotation.id,
        actor: BOT_ACTOR,
        at,
        data: { environment: environment.name },
      },
    ],
  }
}

export interface Withdrawal {
  role: Role
  by: string
  at: Instant
  reason: string
  /** On whose behalf; null when the person holds the role. */
  delegateOf: string | null
  /** Digest of what was approved. */
  digest: string
}

/**
 * Takes both approvals back while environments are promoted: no further deployment starts, and both roles sign again.
 *
 * @throws Refusal `rotation-closed`, `not-promoting`, `reason-missing`
 */
export function withdrawApproval(rotation: Rotation, withdrawal: Withdrawal): Decision {
  const { role, by, at, reason, delegateOf, digest } = withdrawal
  const last = rotation.signOffs.at(-1)
  if (last?.decision === 'withdrawn' && last.by === by && last.comment === reason) return unchanged(rotation)
  assertNotClosed(rotation)
  if (rotation.status !== 'promoting') throw new Refusal('not-promoting', { environment: '' })
  if (reason.trim() === '') throw new Refusal('reason-missing', {})
  const entry: SignOff = {
    role,
    decision: 'withdrawn',
    by,
    at,
    round: rotation.round,
    digest,
    comment: reason,
    delegateOf,
    reopened: [],
  }
  return {
    rotation: {
      ...rotation,
      status: 'open',
      round: rotation.round + 1,
      signOffs: [...rotation.signOffs, entry],
    },
    events: [
      {
        type: 'withdrawn',
        rotationId: rotation.id,
        actor: by,
        at,
        data: { role, reason, ...(delegateOf !== null && { delegateOf }) },
      },
    ],
  }
}

/** What is verified again when a token's version changes under an approval. */
const REOPENED: StepId = 'integration-verification'

/**
 * What was signed is no longer so, because a token in scope got another version while environments were promoted: the approvals
 * are void, step 4 reopens, and what was promoted is to be verified again.
 */
export function voidApproval(rotation: Rotation, reason: string, at: Instant): Decision {
  // Also one that was promoted before the sign-offs, or whose approval was withdrawn, no longer runs on what it was verified with.
  const isPromoted = rotation.status === 'open' && rotation.promoted.length > 0
  if (rotation.status !== 'promoting' && !isPromoted) return unchanged(rotation)
  return {
    rotation: {
      ...rotation,
      status: 'open',
      round: rotation.round + 1,
      promoted: [],
      steps: rotation.steps.map((step) => (step.id === REOPENED ? reopened(step) : step)),
    },
    events: [
      {
        type: 'approval-void',
        rotationId: rotation.id,
        actor: BOT_ACTOR,
        at,
        data: { reason, reopened: [REOPENED] },
      },
    ],
  }
}

const reopened = (step: Step): Step => ({
  ...step,
  completion: null,
  earlier: step.completion ? [...step.earlier, step.completion.by] : step.earlier,
})
