import { findDelegations } from '#db/queries/delegations'
import { findDurations } from '#db/queries/durations'
import { findSetting } from '#db/queries/settings'
import { VACANT_ROLES_SETTING, type VacantRoles, vacantRoles } from '#domain/approvers/role-holders'
import { unsignableRoles } from '#domain/approvers/unsignable-roles'
import { REVOKE_WITHIN_HOURS } from '#domain/revocations/revocation-deadline'
import { type Forecast, forecast } from '#domain/rotation/forecast'
import { calendarOf } from '#domain/time/calendar'
import type { Context } from '#src/context'
import { windowsOf } from './windows.ts'

/** How many past rotations a forecast rests on at most. */
const PAST = 20

/**
 * What will happen if a person starts a rotation now, from the config and the database alone.
 *
 * @param environments the names of those in scope
 */
export async function loadForecast(
  context: Pick<Context, 'clock' | 'config' | 'db'>,
  owner: string,
  environments: readonly string[],
): Promise<Forecast> {
  const { clock, config, db } = context
  const now = clock.now()
  const windows = windowsOf(context)
  const vacant = vacantRoles((await findSetting<VacantRoles>(db, VACANT_ROLES_SETTING)) ?? {})
  const { 'devops-lead': devopsLead, 'ai-ops-owner': aiOpsOwner } = config.people
  return forecast(now, {
    calendar: calendarOf(windows.timeZone),
    windows,
    quiet: config.quiet,
    environments: config.environments.filter(({ name }) => environments.includes(name)),
    past: await findDurations(db, PAST),
    revokeWithinHours: REVOKE_WITHIN_HOURS,
    unsignable: unsignableRoles(owner, {
      holders: { 'devops-lead': devopsLead, 'ai-ops-owner': aiOpsOwner },
      vacant: vacant.map(({ role }) => role),
      delegations: await findDelegations(db, now),
    }),
  })
}
