import { findNames } from '#db/queries/people'
import { findUnsettledRevocations } from '#db/queries/revocations'
import { findOpenRotations } from '#db/queries/rotations'
import { Refusal } from '#rotation/refusal'
import { ROLES } from '#rotation/rotation'
import type { HomeOptions } from '#views/home'
import type { Context, Permission } from './context.ts'
import { drawPictures, loadPictureData, shownPictures } from './load-pictures.ts'
import { describeRotation, loadRecent } from './load-state.ts'

const RECENT = 5

/** Everything that a person's App Home shows, from the database: what outside systems say was read before. */
export async function loadHome(context: Context, userId: string): Promise<HomeOptions> {
  const { db, clock } = context
  const now = clock.now()
  const open = await findOpenRotations(db)
  const may = await permissionsOf(context, userId)
  const data = await loadPictureData(db, now)
  return {
    userId,
    mayStart: may.includes('operate'),
    roles: ROLES.filter((role) => may.includes(role)),
    rotations: await Promise.all(open.map((rotation) => describeRotation(context, db, rotation))),
    revocations: await findUnsettledRevocations(db),
    recent: await loadRecent(db, RECENT),
    ...data,
    pictures: shownPictures(await drawPictures(db, data, now)),
    names: await findNames(db),
    now,
  }
}

/** What the person may do; what Slack does not tell now is not offered. */
async function permissionsOf({ people }: Context, userId: string): Promise<Permission[]> {
  const may = async (permission: Permission) => {
    try {
      return await people.may(userId, permission)
    } catch (error) {
      if (error instanceof Refusal) return false
      throw error
    }
  }
  const permissions: Permission[] = ['operate', ...ROLES]
  const answers = await Promise.all(permissions.map(may))
  return permissions.filter((_, index) => answers[index])
}
