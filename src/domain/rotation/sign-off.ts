import { assertOpen, type Decision, unchanged } from './decision.ts'
import { Refusal } from './refusal.ts'
import {
  approvals,
  type Instant,
  ROLES,
  type Role,
  type Rotation,
  type SignOff,
  type Step,
} from './rotation.ts'
import { assertSeparateDuties } from './separation-of-duties.ts'
import type { StepId } from './steps.ts'

export interface SignOffRequest {
  role: Role
  by: string
  at: Instant
  comment: string
  /** Whose place the person takes, if they do not hold the role themselves. */
  delegateOf?: string | null
  /** Digest of what the modal showed. */
  shownDigest: string
  /** Digest of what it would show now. */
  currentDigest: string
}

/**
 * Signs for a role; the second role's signature approves the rotation. Whether the person holds the role is
 * the caller's to check, before. Signing twice changes nothing.
 *
 * @throws Refusal `rotation-closed`, `steps-open`, `already-signed`, `owner-cannot-sign`,
 *   `worker-cannot-sign`, `same-person-twice`, `shown-has-changed`
 */
export function signOff(rotation: Rotation, request: SignOffRequest): Decision {
  const { role, by, at, comment, delegateOf = null, shownDigest } = request
  const signed = approvals(rotation).find((each) => each.role === role)
  if (signed && signed.by === by) return unchanged(rotation)
  assertSignable(rotation, role, by)
  if (shownDigest !== request.currentDigest) throw new Refusal('shown-has-changed', {})

  const entry: SignOff = {
    role,
    decision: 'approved',
    by,
    at,
    round: rotation.round,
    digest: shownDigest,
    comment,
    delegateOf,
    reopened: [],
  }
  const after: Rotation = { ...rotation, signOffs: [...rotation.signOffs, entry] }
  const common = { rotationId: rotation.id, actor: by, at }
  const event = {
    ...common,
    type: 'signed-off' as const,
    data: { role, digest: shownDigest, comment, ...standIn(delegateOf) },
  }
  if (approvals(after).length < ROLES.length) return { rotation: after, events: [event] }
  return {
    rotation: { ...after, status: 'approved', closedAt: at },
    events: [event, { ...common, type: 'rotation-approved', data: { tokens: rotation.tokens.length } }],
  }
}

/** Part of an event only where somebody stood in: what was written before stays as it was. */
const standIn = (delegateOf: string | null) => (delegateOf === null ? {} : { delegateOf })

/**
 * Whether a person may sign for a role now; the same rules before the modal opens and when it is submitted.
 *
 * @throws Refusal as `signOff`, but for `shown-has-changed`
 */
export function assertSignable(rotation: Rotation, role: Role, by: string): void {
  assertOpen(rotation)
  const open = openStepsOf(rotation)
  if (open.length > 0) throw new Refusal('steps-open', { steps: open })
  const signed = approvals(rotation)
  const already = signed.find((each) => each.role === role)
  if (already) throw new Refusal('already-signed', { role, by: already.by, at: already.at })
  assertSeparateDuties(rotation, by)
}

const openStepsOf = (rotation: Rotation): StepId[] =>
  rotation.steps.filter((step) => !step.completion).map((step) => step.id)

export interface Rejection {
  role: Role
  by: string
  at: Instant
  reason: string
  /** Whose place the person takes, if they do not hold the role themselves. */
  delegateOf?: string | null
  /** The steps to reopen; at least one. */
  reopen: StepId[]
  /** Digest of everything as it was when rejected. */
  digest: string
}

/**
 * Rejects: reopens the named steps, and begins a new sign-off round, so that earlier signatures count no more.
 *
 * @throws Refusal `rotation-closed`, `steps-open`, `reason-missing`, `steps-missing`
 */
export function reject(rotation: Rotation, rejection: Rejection): Decision {
  const { role, by, at, reason, delegateOf = null, reopen, digest } = rejection
  assertOpen(rotation)
  const open = openStepsOf(rotation)
  const last = rotation.signOffs.at(-1)
  const repeated = last?.decision === 'rejected' && last.by === by && last.comment === reason
  if (repeated && last.reopened.every((step) => open.includes(step))) return unchanged(rotation)
  if (open.length > 0) throw new Refusal('steps-open', { steps: open })
  if (reason.trim() === '') throw new Refusal('reason-missing', {})
  if (reopen.length === 0) throw new Refusal('steps-missing', {})

  const entry: SignOff = {
    role,
    decision: 'rejected',
    by,
    at,
    round: rotation.round,
    digest,
    comment: reason,
    delegateOf,
    reopened: reopen,
  }
  return {
    rotation: {
      ...rotation,
      round: rotation.round + 1,
      signOffs: [...rotation.signOffs, entry],
      steps: rotation.steps.map((step) => (reopen.includes(step.id) ? reopened(step) : step)),
    },
    events: [
      {
        type: 'rejected',
        rotationId: rotation.id,
        actor: by,
        at,
        data: { role, digest, reason, reopened: reopen, ...standIn(delegateOf) },
      },
    ],
  }
}

/** An open step again; who had completed it stays known. */
const reopened = (step: Step): Step => ({
  ...step,
  completion: null,
  earlier: step.completion ? [...step.earlier, step.completion.by] : step.earlier,
})
