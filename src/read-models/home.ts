import { type Authorization, authorize, DENIED } from '#authorization/authorize'
import type { Action } from '#authorization/permissions'
import { findDelegations } from '#db/queries/delegations'
import { findOpenEscalations } from '#db/queries/escalations'
import { findNames } from '#db/queries/people'
import { findUnresolvedRevocations } from '#db/queries/revocations'
import { findLeftBehind, findOpenRotations } from '#db/queries/rotations'
import { findWaivers } from '#db/queries/waivers'
import type { Delegation } from '#domain/approvers/delegation'
import { Refusal } from '#domain/rotation/refusal'
import { type Instant, ROLES } from '#domain/rotation/rotation'
import type { Context } from '#src/context'
import type { HomeOptions } from '#views/home'
import { drawPictures, loadPictureData, shownPictures } from './pictures.ts'
import { describeRotations, loadRecent } from './rotation-state.ts'

const RECENT = 5

/**
 * Everything that a person's App Home shows, read from the database only; null for somebody who may not read.
 *
 * @throws Refusal `permission-unreadable`
 */
export async function loadHome(context: Context, userId: string): Promise<HomeOptions | null> {
  const { db, clock } = context
  if (!(await authorize(context, { user: userId, action: 'read-status' })).allowed) return null
  const now = clock.now()
  const open = await findOpenRotations(db)
  const revocations = await findUnresolvedRevocations(db)
  const closed = await findLeftBehind(db, revocations, open)
  const may = await permissionsOf(context, userId)
  const data = await loadPictureData(context, now)
  return {
    userId,
    mayStart: may.start.allowed,
    mayRespond: may.respond.allowed,
    roles: may.sign.flatMap(({ role }) => role ?? []),
    delegations: await delegationsTo(context, userId, may.sign, now),
    rotations: await describeRotations(context, db, open),
    closed: await describeRotations(context, db, closed),
    escalations: await findOpenEscalations(db),
    revocations,
    waivers: await findWaivers(db),
    recent: await loadRecent(context, RECENT),
    ...data,
    pictures: shownPictures(await drawPictures(db, data)),
    names: await findNames(db),
    now,
  }
}

/** What the person may do. Permissions that Slack cannot confirm now are not offered. */
async function permissionsOf(context: Context, user: string) {
  const lists = context.people.openLists()
  const ask = (action: Action) => ifReadable(authorize(context, { user, action }, lists))
  const [start, respond, ...sign] = await Promise.all([
    ask('start-rotation'),
    ask('open-incident'),
    ...ROLES.map((role) => ask(`sign-off:${role}`)),
  ])
  return { start, respond, sign }
}

/** The delegations by which the person may sign. */
async function delegationsTo(
  { db }: Context,
  userId: string,
  answers: Authorization[],
  now: Instant,
): Promise<Delegation[]> {
  const mine = (await findDelegations(db, now)).filter((each) => each.to === userId)
  return answers.flatMap(
    ({ role, delegateOf }) => mine.find((each) => each.role === role && each.from === delegateOf) ?? [],
  )
}

async function ifReadable(answer: Promise<Authorization>): Promise<Authorization> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof Refusal) return DENIED
    throw error
  }
}
