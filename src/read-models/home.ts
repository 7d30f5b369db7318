import { findDelegations } from '#db/queries/delegations'
import { findNames } from '#db/queries/people'
import { findUnresolvedRevocations } from '#db/queries/revocations'
import { findOpenRotations } from '#db/queries/rotations'
import type { Delegation } from '#domain/approvers/delegation'
import type { Permission } from '#domain/ports/people'
import { Refusal } from '#domain/rotation/refusal'
import { type Instant, ROLES, type Role } from '#domain/rotation/rotation'
import type { Context } from '#src/context'
import type { HomeOptions } from '#views/home'
import { drawPictures, loadPictureData, shownPictures } from './pictures.ts'
import { describeRotations, loadRecent } from './rotation-state.ts'

const RECENT = 5

/** Everything that a person's App Home shows, read from the database only. */
export async function loadHome(context: Context, userId: string): Promise<HomeOptions> {
  const { db, clock } = context
  const now = clock.now()
  const open = await findOpenRotations(db)
  const may = await permissionsOf(context, userId)
  const roles = ROLES.filter((role) => may.includes(role))
  const data = await loadPictureData(context, now)
  return {
    userId,
    mayStart: may.includes('operate'),
    mayRespond: may.includes('respond'),
    roles,
    standsIn: await delegationsTo(context, userId, roles, now),
    rotations: await describeRotations(context, db, open),
    revocations: await findUnresolvedRevocations(db),
    recent: await loadRecent(db, RECENT),
    ...data,
    pictures: shownPictures(await drawPictures(db, data)),
    names: await findNames(db),
    now,
  }
}

/** What the person may do. */
async function permissionsOf({ people }: Context, userId: string): Promise<Permission[]> {
  const permissions: Permission[] = ['operate', 'respond', ...ROLES]
  const answers = await Promise.all(
    permissions.map((permission) => ifReadable(people.may(userId, permission), false)),
  )
  return permissions.filter((_, index) => answers[index])
}

/** The delegations by which the person may sign in these roles. */
async function delegationsTo(
  { db, people }: Context,
  userId: string,
  roles: Role[],
  now: Instant,
): Promise<Delegation[]> {
  const mine = (await findDelegations(db, now)).filter((each) => each.to === userId)
  const found = await Promise.all(
    roles.map(async (role) => {
      const inRole = mine.filter((each) => each.role === role)
      // Membership of a user group is read from Slack, so only where there is a delegation.
      const place = inRole.length === 0 ? null : await ifReadable(people.placeOf(userId, role), null)
      return inRole.find((each) => each.from === place) ?? []
    }),
  )
  return found.flat()
}

/** Permissions that cannot be read now are not offered. */
async function ifReadable<T>(answer: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof Refusal) return otherwise
    throw error
  }
}
