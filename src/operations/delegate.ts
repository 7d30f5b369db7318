import { endDelegations, findDelegations, insertDelegation } from '#db/queries/delegations'
import { findHomeViewers } from '#db/queries/home-viewers'
import { insertJobs } from '#db/queries/outbox-jobs'
import { findNames, setPerson } from '#db/queries/people'
import { findOpenRotations } from '#db/queries/rotations'
import type { Db } from '#db/schema'
import { type Delegation, delegate as decide } from '#domain/approvers/delegation'
import type { PeopleLists } from '#domain/ports/people'
import type { NewEvent } from '#domain/rotation/events'
import { Refusal } from '#domain/rotation/refusal'
import { approvals, type Instant, ROLES, type Role } from '#domain/rotation/rotation'
import { calendarOf } from '#domain/time/calendar'
import { directMessageJob, homeJobs } from '#outbox/queue/slack-jobs'
import type { Context } from '#src/context'
import { delegationMessage } from '#views/delegations'
import { MESSAGE_TYPES } from '#views/ids'
import { transact } from './interaction.ts'
import { recordEvents } from './record-events.ts'

/**
 * Names a delegate for a role until the end of a day; an earlier delegation of the same role ends. The caller has checked
 * that the person holds the role.
 *
 * @param lists as the request read them when it asked for permission
 * @throws Refusal as the decision `delegate`, and `permission-unreadable`
 */
export async function giveDelegation(
  context: Context,
  request: { role: Role; from: string; to: string; lastDay: string },
  lists: PeopleLists,
): Promise<Delegation> {
  const { role, from } = request
  const at = context.clock.now()
  const otherRole = ROLES.find((each) => each !== role) ?? role
  const [to, otherHolders] = await Promise.all([
    context.people.findAccount(request.to),
    lists.members(otherRole),
  ])
  const calendar = calendarOf(context.config.cadence['time-zone'])
  const delegation = await transact(context, async (tx) => {
    const rotations = await findOpenRotations(tx)
    const facts = { calendar, rotations, otherHolders, otherRole }
    const given = decide({ role, from, to, lastDay: request.lastDay, at }, facts)
    await endDelegations(tx, from, role, at)
    await insertDelegation(tx, given)
    if (to) await setPerson(tx, to.id, to.name, at)
    const { lastDay } = given
    const waiting = rotations.filter((rotation) => !approvals(rotation).some((each) => each.role === role))
    await recordEvents(
      context,
      tx,
      waiting.map(({ id: rotationId }): NewEvent => {
        return { type: 'delegated', rotationId, actor: from, at, data: { role, to: given.to, lastDay } }
      }),
      at,
    )
    const content = delegationMessage(given, calendar.timeZone, await findNames(tx))
    const message = { ...content, user: given.to, eventType: MESSAGE_TYPES.delegation }
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
  const ended = await transact(context, async (tx) => {
    const mine = (await findDelegations(tx, at)).filter(
      (each) => each.from === from && roles.includes(each.role),
    )
    if (mine.length === 0) throw new Refusal('no-delegation', {})
    for (const { role } of mine) await endDelegations(tx, from, role, at)
    await recordEvents(context, tx, await endings(tx, mine, at), at)
    const homes = homeJobs(await findHomeViewers(tx, Date.now()), `delegation-ended:${from}:${at}`)
    await insertJobs(tx, homes, at)
    return mine
  })
  context.outbox.wake()
  return ended
}

/** One event in each open rotation for each ended delegation. */
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
