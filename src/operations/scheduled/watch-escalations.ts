import { findEscalations, findFailureStreaks, findOpenEscalations } from '#db/queries/escalations'
import { findRotationEvents } from '#db/queries/events'
import { findRevocations, findUnresolvedRevocations } from '#db/queries/revocations'
import { findOpenRotations } from '#db/queries/rotations'
import type { ReadDb } from '#db/schema'
import {
  type Escalation,
  type EscalationInput,
  type EscalationLimits,
  isAutomatic,
  isOpenEscalation,
  type Occurrence,
  occurrencesOf,
  retryAt,
} from '#domain/on-call/escalation'
import { endOf } from '#domain/on-call/escalation-end'
import { DECIDE_BEFORE_HOURS, isNear } from '#domain/revocations/deadline-calls'
import { deadlineOf, holderOf, pendingRevocations, type Revocation } from '#domain/revocations/revocation'
import { countsSince } from '#domain/rotation/current-results'
import type { Decision } from '#domain/rotation/decision'
import { BOT_ACTOR, type NewEvent } from '#domain/rotation/events'
import { type Instant, isClosed, type Rotation } from '#domain/rotation/rotation'
import { tokenLabel } from '#domain/tokens/scope'
import { change } from '#operations/change'
import { escalateTokens } from '#operations/escalate-tokens'
import { findOverdue } from '#operations/readings/find-overdue'
import { asOfLately } from '#operations/readings/read-secrets'
import { runChecks } from '#operations/run-checks'
import type { Context } from '#src/context'

/**
 * Opens and resolves escalations. Decides from stored state, so that a restart loses and repeats nothing; each
 * occurrence has one row.
 */
export async function watchEscalations(context: Context): Promise<void> {
  const rotations = await findOpenRotations(context.db)
  const escalations = await findOpenEscalations(context.db)
  const now = context.clock.now()
  const near = (await findUnresolvedRevocations(context.db)).filter((row) => isCallable(row, now))
  const ids = new Set([
    ...near.map(holderOf),
    ...rotations.map((rotation) => rotation.id),
    ...escalations.flatMap((each) => each.rotationId ?? []),
  ])
  for (const id of ids) {
    try {
      await watchRotation(context, id)
    } catch (error) {
      context.log.error(
        { error, rotation: id },
        'escalations of a rotation could not be updated; the next tick tries again',
      )
    }
  }
  await escalateTokens(context, await findOverdue(context))
  for (const rotation of rotations)
    await retryChecks(context, rotation).catch((error: unknown) =>
      context.log.error(
        { error, rotation: rotation.id },
        'checks could not be retried; the next tick tries again',
      ),
    )
}

/** Whether on-call may be called for an old version, also after its rotation was closed. */
const isCallable = (row: Revocation, now: Instant): boolean =>
  row.escalatedAt !== null || isNear(deadlineOf(row), DECIDE_BEFORE_HOURS, now)

/** Decides in the transaction that saves, so that two processes never escalate twice. */
async function watchRotation(context: Context, rotationId: number): Promise<void> {
  const at = context.clock.now()
  await change(context, rotationId, async (rotation, db) => {
    const known = await findEscalations(db, rotationId)
    const input = await escalationInput(context, db, { rotation, known, now: at })
    return decide(input, known)
  })
}

async function escalationInput(
  context: Context,
  db: ReadDb,
  given: Pick<EscalationInput, 'rotation' | 'known' | 'now'>,
): Promise<EscalationInput> {
  const { rotation } = given
  const streaks = await findFailureStreaks(db, rotation.id, (phase, check) =>
    countsSince(rotation, phase, check),
  )
  const tracked = await findRevocations(db, rotation.id)
  const revocations = tracked.filter((row) => holderOf(row) === rotation.id)
  const overdue = await overdueVersions(db, revocations)
  return { ...given, streaks, revocations, overdue, limits: limitsOf(context) }
}

/** The old versions that were reported as overdue and are unresolved, each with what was observed. */
async function overdueVersions(db: ReadDb, held: Revocation[]): Promise<EscalationInput['overdue']> {
  const rows = pendingRevocations(held).filter((row) => row.escalatedAt)
  if (rows.length === 0) return []
  const origins = [...new Set(rows.map((row) => row.rotationId))]
  const events = await Promise.all(origins.map((id) => findRotationEvents(db, id)))
  const reported = events
    .flat()
    .flatMap((event) => (event.type === 'revocation-overdue' ? event.data.versions : []))
  return rows.map((row) => {
    const why = reported.findLast(
      (each) => each.secret === row.secret && each.versionId === row.versionId,
    )?.why
    const version = row.versionId.length > 16 ? row.versionId.slice(0, 8) : row.versionId
    return {
      version: String(row.id),
      sentence: `${tokenLabel(row)} ${version} ${why ?? 'is not verified as revoked'}`,
    }
  })
}

const limitsOf = ({ config: { escalation } }: Context): EscalationLimits => ({
  checkFailures: escalation['check-failures'],
  checkMinutes: escalation['check-minutes'],
  signOffHours: escalation['sign-off-hours'],
})

const isSame = (a: Pick<Occurrence, 'cause' | 'occurrence'>, b: Pick<Occurrence, 'cause' | 'occurrence'>) =>
  a.cause === b.cause && a.occurrence === b.occurrence

/** Opens escalations for new occurrences, and resolves those that no longer apply. */
function decide(input: EscalationInput, known: Escalation[]): Decision {
  const { rotation, now: at } = input
  const found = occurrencesOf(input)
  const common = { rotationId: rotation.id, actor: BOT_ACTOR, at }
  const fresh = found.filter((each) => !known.some((old) => isSame(old, each)))
  const over = known.filter((each) => isOpenEscalation(each) && isOver(each, rotation, found))
  const events: NewEvent[] = [
    ...over.map((each): NewEvent => {
      const data = { escalation: each.id, cause: each.cause, reason: endOf(each, input, found) }
      return { ...common, type: 'escalation-resolved', data }
    }),
    ...fresh.map(
      (each): NewEvent => ({ ...common, type: 'escalated', data: { ...each, notifies: rotation.notifies } }),
    ),
  ]
  return { rotation: events.length > 0 ? { ...rotation } : rotation, events }
}

const isOver = (escalation: Escalation, rotation: Rotation, found: Occurrence[]): boolean =>
  isAutomatic(escalation.cause) ? !found.some((each) => isSame(each, escalation)) : isClosed(rotation)

/** Reruns failed checks, so that a fix is noticed. */
async function retryChecks(context: Context, rotation: Rotation): Promise<void> {
  const limits = limitsOf(context)
  const now = context.clock.now()
  const streaks = await findFailureStreaks(context.db, rotation.id, (phase, check) =>
    countsSince(rotation, phase, check),
  )
  const due = streaks.filter((streak) => {
    const at = retryAt(rotation, streak, limits)
    return at !== null && at <= now
  })
  for (const step of new Set(due.map((streak) => streak.step)))
    await runChecks(context, rotation.id, step, BOT_ACTOR, { freshness: asOfLately() })
}
