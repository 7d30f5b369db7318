import { findNames } from '#db/queries/people'
import { findUnresolvedRevocations } from '#db/queries/revocations'
import { findOpenRotations } from '#db/queries/rotations'
import { findSetting } from '#db/queries/settings'
import { findWaivers } from '#db/queries/waivers'
import { VACANT_ROLES_SETTING, type VacantRoles, vacantRoles } from '#domain/approvers/role-holders'
import type { Context } from '#src/context'
import type { StatusOptions } from '#views/status'
import { drawPictures, loadPictureData, shownPictures } from './pictures.ts'
import { describeRotations } from './rotation-state.ts'

/** Everything that the status shows, read from the database only: token ages are as they were last read. */
export async function loadStatus(context: Context): Promise<Omit<StatusOptions, 'shareable'>> {
  const { db, clock } = context
  const now = clock.now()
  const data = await loadPictureData(context, now)
  const open = await findOpenRotations(db)
  const vacant = vacantRoles((await findSetting<VacantRoles>(db, VACANT_ROLES_SETTING)) ?? {})
  return {
    ages: data.ages,
    rotations: await describeRotations(context, db, open),
    pictures: shownPictures(await drawPictures(db, data)),
    waivers: await findWaivers(db),
    revocations: await findUnresolvedRevocations(db),
    vacant: vacant.map(({ role }) => role),
    names: await findNames(db),
    now,
  }
}
