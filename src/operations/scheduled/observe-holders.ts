import { setPerson } from '#db/queries/people'
import { findSetting, setSetting } from '#db/queries/settings'
import type { Account } from '#domain/approvers/delegation'
import {
  type RoleHolders,
  updateVacancies,
  VACANT_ROLES_SETTING,
  type VacantRoles,
} from '#domain/approvers/role-holders'
import { Refusal } from '#domain/rotation/refusal'
import { type Instant, ROLES, type Role } from '#domain/rotation/rotation'
import { NotReadable } from '#domain/tokens/secret'
import type { Context } from '#src/context'

const HOUR = 3_600_000
const SETTING = 'holders-read'

/** Checks hourly that each approver role still has an active holder. Keeps the last result if Slack cannot be read. */
export async function observeHolders(context: Context): Promise<void> {
  const now = context.clock.now()
  const last = await findSetting<Instant>(context.db, SETTING)
  if (last && Math.abs(Date.parse(now) - Date.parse(last)) < HOUR) return
  await setSetting(context.db, SETTING, now)
  try {
    const holders = await readHolders(context)
    const before = (await findSetting<VacantRoles>(context.db, VACANT_ROLES_SETTING)) ?? {}
    await setSetting(context.db, VACANT_ROLES_SETTING, updateVacancies(before, holders, now))
  } catch (error) {
    if (!(error instanceof NotReadable || error instanceof Refusal)) throw error
    context.log.warn({ problem: error.message }, 'role holders could not be read')
  }
}

/** The accounts that hold each role, read from Slack. @throws NotReadable, Refusal `permission-unreadable` */
export async function readHolders(context: Context): Promise<RoleHolders> {
  const lists = context.people.openLists()
  const members = await Promise.all(ROLES.map((role) => lists.members(role)))
  const known = new Map<string, Account>()
  const accountsOf = async (ids: string[]): Promise<Account[]> => {
    for (const id of ids) {
      if (known.has(id)) continue
      const account = (await context.people.findAccount(id)) ?? {
        id,
        name: id,
        isBot: false,
        deactivated: true,
        isGuest: false,
        isOutsider: false,
      }
      if (account.name !== id) await setPerson(context.db, id, account.name, context.clock.now())
      known.set(id, account)
    }
    return ids.flatMap((id) => known.get(id) ?? [])
  }
  const entries: [Role, Account[]][] = []
  for (const [index, role] of ROLES.entries()) entries.push([role, await accountsOf(members[index] ?? [])])
  return Object.fromEntries(entries) as RoleHolders
}
