import type { Confirmation } from './confirmation-problem.ts'
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
  delegateOf?: string | null
  /** Where it was confirmed on the ticket, if it was. */
  confirmation?: Confirmation | undefined
  shownDigest: string
  currentDigest: string
  /** Whether environments are deployed to after the sign-offs. */
  promotes: boolean
}

/**
 * Signs for a role; the second role's signature approves the rotation: environments are promoted then, or its old versions retired. Whether the person holds the role is
 * the caller's to check, before. Signing twice changes nothing.
 *
 * @throws Refusal `rotation-closed`, `steps-open`, `already-signed`, `owner-cannot-sign`,
 *   `worker-cannot-sign`, `holder-cannot-sign`, `same-person-twice`, `content-changed`
 */
export function signOff(rotation: Rotation, request: SignOffRequest): Decision {
  const { role, by, at, comment, delegateOf = null, shownDigest, confirmation } = request
  const signed = approvals(rotation).find((each) => each.role === role)
  if (signed && signed.by === by) return unchanged(rotation)
  assertSignable(rotation, role, by, delegateOf)
  // Also where an earlier signature is on something else: one approval is both roles on the same content.
  const digests = [shownDigest, ...approvals(rotation).map((each) => each.digest)]
  if (digests.some((digest) => digest !== request.currentDigest)) throw new Refusal('content-changed', {})

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
    data: {
      role,
      digest: shownDigest,
      comment,
      ...delegateField(delegateOf),
      ...(confirmation && { confirmation }),
    },
  }
  if (approvals(after).length < ROLES.length) return { rotation: after, events: [event] }
  return {
    rotation: { ...after, status: request.promotes ? 'promoting' : 'retiring' },
    events: [event, { ...common, type: 'rotation-approved', data: { tokens: rotation.tokens.length } }],
  }
}

/** Absent without a delegate, which keeps the hashes of older events valid. */
const delegateField = (delegateOf: string | null) => (delegateOf === null ? {} : { delegateOf })

/**
 * Asserts that a person may sign for a role, before the modal opens and when it is submitted.
 *
 * @param delegateOf on whose behalf; null when the person holds the role
 * @throws Refusal as `signOff`, except `content-changed`
 */
export function assertSignable(
  rotation: Rotation,
  role: Role,
  by: string,
  delegateOf: string | null = null,
): void {
  assertOpen(rotation)
  const open = openStepsOf(rotation)
  if (open.length > 0) throw new Refusal('steps-open', { steps: open })
  const signed = approvals(rotation)
  const already = signed.find((each) => each.role === role)
  if (already) throw new Refusal('already-signed', { role, by: already.by, at: already.at })
  assertSeparateDuties(rotation, by, delegateOf)
}

const openStepsOf = (rotation: Rotation): StepId[] =>
  rotation.steps.filter((step) => !step.completion).map((step) => step.id)

export interface Rejection {
  role: Role
  by: string
  at: Instant
  reason: string
  delegateOf?: string | null
  reopen: StepId[]
  digest: string
}

/**
 * Rejects: reopens steps and starts a new sign-off round, which voids earlier signatures.
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
        data: { role, digest, reason, reopened: reopen, ...delegateField(delegateOf) },
      },
    ],
  }
}

const reopened = (step: Step): Step => ({
  ...step,
  completion: null,
  earlier: step.completion ? [...step.earlier, step.completion.by] : step.earlier,
})
