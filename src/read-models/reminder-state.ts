import { findOpenWithLastMove, findSeenTokens, findSent, findSnoozes } from '#db/queries/reminders'
import { findUnresolvedRevocations } from '#db/queries/revocations'
import { findLeftBehind } from '#db/queries/rotations'
import { findSetting } from '#db/queries/settings'
import type { ReadDb } from '#db/schema'
import { VACANT_ROLES_SETTING, type VacantRoles, vacantRoles } from '#domain/approvers/role-holders'
import { AUTOMATION_SETTING, type AutomationProblem } from '#domain/reminders/automation-problems'
import type { ReminderSettings, ReminderState } from '#domain/reminders/reminder'
import type { Instant } from '#domain/rotation/rotation'
import type { Context } from '#src/context'

const DAY = 86_400_000
/** Older sent reminders are not read: a newer one of the same subject replaces each within this time. */
const SENT_DAYS = 90

/** The state that reminders are derived from, read in a fixed number of queries. */
export async function loadReminderState(db: ReadDb, now: Instant): Promise<ReminderState> {
  const since = new Date(Date.parse(now) - SENT_DAYS * DAY).toISOString()
  const rotations = await findOpenWithLastMove(db)
  const oldVersions = await findUnresolvedRevocations(db)
  return {
    tokens: await findSeenTokens(db),
    rotations,
    closed: await findLeftBehind(
      db,
      oldVersions,
      rotations.map(({ rotation }) => rotation),
    ),
    oldVersions,
    vacant: vacantRoles((await findSetting<VacantRoles>(db, VACANT_ROLES_SETTING)) ?? {}),
    automation: (await findSetting<AutomationProblem[]>(db, AUTOMATION_SETTING)) ?? [],
    snoozes: await findSnoozes(db, now),
    sent: await findSent(db, since),
  }
}

/** When reminders are sent, from the config. */
export function reminderSettings({ config }: Pick<Context, 'config'>): ReminderSettings {
  const { cadence, reminders, quiet, people } = config
  return {
    timeZone: cadence['time-zone'],
    quiet,
    hour: reminders.hour,
    operators: people.operators,
    credentialKeepers: people['devops-lead'],
    beforeDays: reminders['before-days'],
    dailyDays: reminders['daily-days'],
    thirdDays: reminders['every-third-day-until'],
    stalledHours: reminders['stalled-hours'],
    signOffHours: reminders['sign-off-hours'],
    evidenceHours: reminders['evidence-hours'],
    unreadHours: reminders['unread-hours'],
  }
}
