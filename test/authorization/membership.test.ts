import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assertMay, authorize } from '#authorization/authorize'
import { configuredPeople } from '#authorization/configured-people'
import { type Action, PERMISSIONS } from '#authorization/permissions'
import { openDatabase } from '#db/open-database'
import { insertDelegation } from '#db/queries/delegations'
import type { Db } from '#db/schema'
import { minutesIn, NOW, OPENED } from '#test/support/rotation-builder'
import { createUserGroups, TEAM, type UserGroups } from '#test/support/user-groups'

const ACTIONS = Object.keys(PERMISSIONS) as Action[]
const isReading = (action: Action): boolean => PERMISSIONS[action] === 'everyone'

/** Everybody is in every list, and a delegate as well: only what they are in the workspace differs. */
const NOBODIES: [string, Record<string, unknown>, boolean][] = [
  ['U0GUEST', { is_restricted: true }, true],
  ['U0ONECHANNELGUEST', { is_restricted: true, is_ultra_restricted: true }, true],
  ['U0OUTSIDER', { team_id: 'T0OTHER' }, true],
  ['U0STRANGER', { is_stranger: true }, true],
  ['U0BOT', { is_bot: true }, false],
  ['USLACKBOT', {}, false],
  ['U0DEACTIVATED', { deleted: true }, false],
]
const IDS = NOBODIES.map(([id]) => id)

describe('who is not a full member of the workspace', () => {
  let db: Db
  let groups: UserGroups
  beforeAll(async () => {
    db = await openDatabase(':memory:')
    groups = await createUserGroups({ S0ALL: [...IDS, 'U0MEMBER'] })
    for (const [id, flags] of NOBODIES) groups.accounts.set(id, flags)
    groups.accounts.set('U0INORGANIZATION', { team_id: 'T0OTHER', enterprise_user: { teams: [TEAM] } })
    for (const to of ['U0DELEGATE', ...IDS])
      await insertDelegation(db, {
        role: 'devops-lead',
        from: to === 'U0DELEGATE' ? 'U0GUEST' : 'U0MEMBER',
        to,
        lastDay: '2026-11-30',
        until: minutesIn(9_999),
        at: OPENED,
      })
  })
  afterAll(async () => {
    await groups.close()
    await db.destroy()
  })

  const sources = (readers?: 'members' | 'everyone') => {
    const named = [...IDS, 'U0MEMBER', 'U0INORGANIZATION']
    const lists = { operators: named, 'on-call': 'S0ALL', 'devops-lead': named, 'ai-ops-owner': named }
    const people = { ...lists, ...(readers && { readers }) }
    return { db, clock: { now: () => NOW }, people: configuredPeople(groups.slack, people, TEAM) }
  }
  const may = async (user: string, readers?: 'members' | 'everyone') => {
    const context = sources(readers)
    const allowed: Action[] = []
    for (const action of ACTIONS)
      if ((await authorize(context, { user, action })).allowed) allowed.push(action)
    return allowed
  }

  it.each(NOBODIES)('%s may do and read nothing, whatever lists say', async (user) => {
    expect(await may(user)).toEqual([])
    await expect(assertMay(sources(), { user, action: 'read-status' })).rejects.toThrow('not-a-member')
  })

  it.each(NOBODIES)('%s reads at most, where everyone may read', async (user, _, mayRead) => {
    expect(await may(user, 'everyone')).toEqual(mayRead ? ACTIONS.filter(isReading) : [])
  })

  it.each(['U0MEMBER', 'U0INORGANIZATION'])('%s is a member', async (user) => {
    expect(await may(user)).toEqual(ACTIONS)
  })

  it('lends no role to a delegate', async () => {
    const question = { user: 'U0DELEGATE', action: 'sign-off:devops-lead' } as const
    expect((await authorize(sources(), question)).allowed).toBe(false)
  })

  it('is read within the one deadline of the request, and an outage permits nothing', async () => {
    groups.delay(2_500)
    try {
      const asked = assertMay(sources(), { user: 'U0MEMBER', action: 'read-status' })
      await expect(asked).rejects.toThrow('permission-unreadable')
    } finally {
      groups.delay(0)
    }
  })
})
