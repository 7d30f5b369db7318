import { endDelegations, findDelegations, insertDelegation } from '#db/queries/delegations'
import { findHomeViewers } from '#db/queries/home-viewers'
import { insertJobs } from '#db/queries/outbox-jobs'
import { findNames, rememberPerson } from '#db/queries/people'
import { findOpenRotations } from '#db/queries/rotations'
import type { Db } from '#db/schema'
import { type Delegation, delegate as decide } from '#domain/approvers/delegation'
import type { NewEvent } from '#domain/rotation/events'
import { Refusal } from '#domain/rotation/refusal'
import { approvals, type Instant, ROLES, type Role } from '#domain/rotation/rotation'
import { calendarOf } from '#domain/time/calendar'
import { directMessageJob, homeJobs } from '#outbox/queue'
import type { Context } from '#src/context'
import { delegationMessage } from '#views/delegations'
import { MESSAGE_TYPES } from '#views/ids'
import { recordEvents } from './record-events.ts'

/**
 * Names a delegate for a role until the end of a day, in place of an earlier one for this role. The caller checks that
 * the person holds the role.
 *
 * @throws Refusal as the decision `delegate`, and `permission-unreadable`
 */
export async function giveDelegation(
  context: Context,
  request: { role: Role; from: string; to: string; lastDay: string },
): Promise<Delegation> {
  const { role, from } = request
  const at = context.clock.now()
  const to = await context.people.findAccount(request.to)
  const otherRole = ROLES.find((each) => each !== role) ?? role
  const otherHolders = await context.people.holders(otherRole)
  const calendar = calendarOf(context.config.cadence['time-zone'])
  const delegation = await context.db.transaction().execute(async (tx) => {
    const rotations = await findOpenRotations(tx)
    const facts = { calendar, rotations, otherHolders, otherRole }
    const given = decide({ role, from, to, lastDay: request.lastDay, at }, facts)
    await endDelegations(tx, from, role, at)
    await insertDelegation(tx, given)
    if (to) await rememberPerson(tx, to.id, to.name)
    const { lastDay } = given
    const waiting = rotations.filter((rotation) => !approvals(rotation).some((each) => each.role === role))
    await recordEvents(
      tx,
      waiting.map(({ id: rotationId }): NewEvent => {
        return { type: 'delegated', rotationId, actor: from, at, data: { role, to: given.to, lastDay } }
      }),
      at,
    )
    const told = delegationMessage(given, calendar.timeZone, await findNames(tx))
    const message = { ...told, user: given.to, eventType: MESSAGE_TYPES.delegation }
    const cause = `delegation:${from}:${role}:${at}`
    const homes = homeJobs(await findHomeViewers(tx, Date.now()), cause)
    await insertJobs(tx, [directMessageJob(cause, message), ...homes], at)
    return given
  })
  context.outbox.wake()
  return delegation
}

/**
 * Ends a person's delegations now.
 *
 * @throws Refusal `no-delegation`
 */
export async function endDelegation(context: Context, from: string, roles: Role[]): Promise<Delegation[]> {
  const at = context.clock.now()
  const ended = await context.db.transaction().execute(async (tx) => {
    const mine = (await findDelegations(tx, at)).filter(
      (each) => each.from === from && roles.includes(each.role),
    )
    if (mine.length === 0) throw new Refusal('no-delegation', {})
    for (const { role } of mine) await endDelegations(tx, from, role, at)
    await recordEvents(tx, await endings(tx, mine, at), at)
    const homes = homeJobs(await findHomeViewers(tx, Date.now()), `delegation-ended:${from}:${at}`)
    await insertJobs(tx, homes, at)
    return mine
  })
  context.outbox.wake()
  return ended
}

/** An event in each open rotation that a delegate might have signed. */
async function endings(tx: Db, ended: Delegation[], at: Instant): Promise<NewEvent[]> {
  const rotations = await findOpenRotations(tx)
  return ended.flatMap(({ role, from, to }) =>
    rotations
      .filter((rotation) => !approvals(rotation).some((each) => each.role === role))
      .map(({ id: rotationId }): NewEvent => {
        return { type: 'delegation-ended', rotationId, actor: from, at, data: { role, to } }
      }),
  )
}
