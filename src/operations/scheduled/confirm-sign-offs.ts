import { findConfirmationEvents } from '#db/queries/confirmations'
import { findDelegations } from '#db/queries/delegations'
import { findOpenRotations } from '#db/queries/rotations'
import { findShownAt } from '#db/queries/shown-sign-offs'
import {
  judgeComments,
  type PendingConfirmation,
  pendingConfirmations,
  type SeenComment,
} from '#domain/rotation/confirmation'
import type { ConfirmationProblem } from '#domain/rotation/confirmation-problem'
import { Refusal } from '#domain/rotation/refusal'
import { allStepsDone, type Rotation } from '#domain/rotation/rotation'
import { signOffDigest } from '#domain/rotation/sign-off-digest'
import { stepsToCheckAgain } from '#domain/rotation/still-true'
import { loadState } from '#read-models/rotation-state'
import type { Context } from '#src/context'
import { change } from '../change.ts'
import { needsConfirmation } from '../confirm-sign-off.ts'
import { runChecks } from '../run-checks.ts'
import { groundsOf } from '../show-sign-off.ts'
import { signOff } from '../sign-off.ts'

/** Reads the ticket while signatures wait for a comment there, and signs what was confirmed. */
export async function confirmSignOffs(context: Context): Promise<void> {
  if (!needsConfirmation(context)) return
  const open = (await findOpenRotations(context.db)).filter(allStepsDone)
  const events = await findConfirmationEvents(
    context.db,
    open.map(({ id }) => id),
  )
  const waiting = open.flatMap((rotation) =>
    pendingConfirmations(
      rotation,
      signOffDigest(rotation),
      events.filter((event) => event.rotationId === rotation.id),
    ).map((pending) => ({ rotation, pending })),
  )
  const readComments = context.tickets.readComments
  if (waiting.length === 0 || !readComments) return
  const since = waiting.map(({ pending }) => pending.at).sort()[0] ?? context.clock.now()
  const comments = await readComments(new Date(Date.parse(since) - DAY).toISOString())
  for (const { rotation, pending } of waiting) await confirm(context, rotation, pending, comments)
}

/** A form may be shown long before it is submitted. */
const DAY = 24 * 60 * 60_000

async function confirm(
  context: Context,
  rotation: Rotation,
  pending: PendingConfirmation,
  comments: readonly SeenComment[],
): Promise<void> {
  const { role, by, digest } = pending
  const shownAt =
    (await findShownAt(context.db, { rotationId: rotation.id, role, user: by, digest })) ?? pending.at
  const others = Object.entries(context.config.people.github).flatMap(([id, login]) =>
    id === by ? [] : [login],
  )
  const verdict = judgeComments(pending, shownAt, comments, others)
  if (!verdict) return
  if ('problem' in verdict) {
    const { why, comment } = verdict.problem
    if (pending.problem?.why !== why) await refuse(context, rotation, pending, why, comment)
    return
  }
  await sign(context, rotation, pending, verdict.confirmed)
}

/** What the signature rests on is looked at again first, as when the form is submitted late. */
async function sign(
  context: Context,
  rotation: Rotation,
  pending: PendingConfirmation,
  confirmed: SeenComment,
): Promise<void> {
  const { role, by, delegateOf, comment, digest: shownDigest } = pending
  if (!(await stillHolds(context, pending))) {
    await refuse(context, rotation, pending, 'role-lost', confirmed)
    return
  }
  const state = await loadState(context, context.db, rotation.id)
  if (!state) return
  const steps = stepsToCheckAgain(state.rotation, groundsOf(context, state), context.clock.now())
  await Promise.all(steps.map((step) => runChecks(context, state.rotation, step, by)))
  const { login, url } = confirmed
  try {
    await signOff(context, rotation.id, {
      role,
      by,
      delegateOf,
      comment,
      shownDigest,
      confirmation: { login, url },
    })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    context.log.warn({ problem: error.code, rotation: rotation.id }, 'a confirmed signature was refused')
    await refuse(context, rotation, pending, 'outdated', confirmed)
  }
}

/** Whether the person is a member, and holds the role or is still the delegate of somebody who does. */
async function stillHolds(context: Context, { role, by, delegateOf }: PendingConfirmation): Promise<boolean> {
  const lists = context.people.openLists()
  if ((await lists.membershipOf(by)) !== 'member') return false
  if (!(await lists.includes(role, delegateOf ?? by))) return false
  if (delegateOf === null) return true
  const delegations = await findDelegations(context.db, context.clock.now())
  return delegations.some((each) => each.role === role && each.from === delegateOf && each.to === by)
}

async function refuse(
  context: Context,
  { id: rotationId }: Rotation,
  { role, by }: PendingConfirmation,
  why: ConfirmationProblem,
  { login, url }: SeenComment,
): Promise<void> {
  const at = context.clock.now()
  await change(context, rotationId, (rotation) => ({
    rotation,
    events: [{ type: 'confirmation-refused', rotationId, actor: by, at, data: { role, why, login, url } }],
  }))
}
