import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorize } from '#authorization/authorize'
import { configuredPeople } from '#authorization/configured-people'
import { type Action, lackedFor, PERMISSIONS } from '#authorization/permissions'
import { openDatabase } from '#db/open-database'
import { insertDelegation } from '#db/queries/delegations'
import { insertParts, insertRotationRow } from '#db/queries/rotations'
import type { Db } from '#db/schema'
import { rotationLabel, type Trigger } from '#domain/rotation/rotation'
import { aRotation, aToken, minutesIn, NOW, OPENED } from '#test/support/rotation-builder'
import { createUserGroups, TEAM, type UserGroups } from '#test/support/user-groups'
import { DELEGATIONS, GROUPS, KINDS, PEOPLE, WRITTEN } from '#test/support/written-permissions'

const ACTIONS = Object.keys(PERMISSIONS) as Action[]

describe('the permission table', () => {
  let db: Db
  let groups: UserGroups
  let labels: { ordinary: string; incident: string }
  const clock = { now: () => NOW }

  beforeAll(async () => {
    db = await openDatabase(':memory:')
    groups = await createUserGroups(GROUPS)
    const open = async (trigger: Trigger) => {
      const row = { version: 1, status: 'open', severity: null, reason: '', round: 1 }
      const id = await insertRotationRow(db, { ...row, trigger, ownerId: 'U0OPERATOR', openedAt: OPENED })
      await insertParts(
        db,
        null,
        aRotation({ id, trigger, tokens: [aToken({ agent: trigger, environment: 'staging' })] }),
      )
      return rotationLabel(id)
    }
    labels = { ordinary: await open('manual'), incident: await open('policy-hit') }
    for (const [role, from, to] of DELEGATIONS)
      await insertDelegation(db, {
        role,
        from,
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

  const context = (people: Parameters<typeof configuredPeople>[1] = PEOPLE) => ({
    db,
    clock,
    people: configuredPeople(groups.slack, people, TEAM),
  })

  it.each(ACTIONS)('says who may %s', async (action) => {
    const lists = context().people.openLists()
    for (const [user, column] of KINDS) {
      const allowed = async (label?: string) =>
        (await authorize(context(), { user, action, label }, lists)).allowed
      const written = WRITTEN[action][column]
      const found = {
        user,
        elsewhere: await allowed(),
        unknown: await allowed('R99'),
        ordinary: await allowed(labels.ordinary),
        incident: await allowed(labels.incident),
      }
      const always = written === 'yes'
      const atIncident = written !== 'no'
      expect(found).toEqual({
        user,
        elsewhere: always,
        unknown: always,
        ordinary: always,
        incident: atIncident,
      })
    }
  })

  it.each(ACTIONS.filter((action) => PERMISSIONS[action] !== 'everyone'))(
    'lets nobody %s while no list is set',
    async (action) => {
      const unset = { operators: [], 'on-call': null, 'devops-lead': [], 'ai-ops-owner': [] }
      for (const [user] of KINDS) {
        const question = { user, action, label: labels.incident }
        expect((await authorize(context(unset), question)).allowed).toBe(false)
      }
    },
  )

  it.each([
    ['U0LEADDELEGATE', 'sign-off:devops-lead', 'U0LEAD', 'devops-lead'],
    ['U0LEADINGROUPDELEGATE', 'reject', 'U0LEADINGROUP', 'devops-lead'],
    ['U0OWNERDELEGATE', 'reject', 'U0OWNERINGROUP', 'ai-ops-owner'],
    ['U0LEADINGROUP', 'reject', null, 'devops-lead'],
    ['U0OWNER', 'reject', null, 'ai-ops-owner'],
    ['U0OWNER', 'delegate:ai-ops-owner', null, 'ai-ops-owner'],
    ['U0OPERATOR', 'escalate', null, null],
    ['U0BYSTANDER', 'sign-off:devops-lead', null, null],
  ] as const)(
    'says for %s on whose behalf and in which role they %s',
    async (user, action, delegateOf, role) => {
      expect(await authorize(context(), { user, action })).toMatchObject({ delegateOf, role })
    },
  )

  it('takes a role of one’s own before one that somebody delegated', async () => {
    const both = { ...PEOPLE, 'ai-ops-owner': ['U0LEADDELEGATE'] }
    expect(await authorize(context(both), { user: 'U0LEADDELEGATE', action: 'reject' })).toMatchObject({
      allowed: true,
      delegateOf: null,
      role: 'ai-ops-owner',
    })
  })

  it.each([
    ['start-rotation', 'operate'],
    ['work-on-step', 'operate'],
    ['escalate', 'operate'],
    ['answer-escalation', 'respond'],
    ['sign-off:devops-lead', 'devops-lead'],
    ['delegate:ai-ops-owner', 'ai-ops-owner'],
    ['reject', 'decide'],
    ['break-glass', 'respond'],
    ['acknowledge-break-glass', 'decide'],
    ['waive', 'waive'],
  ] as const)('refuses to %s as what the person lacks', (action, what) => {
    expect(lackedFor(action)).toBe(what)
  })
})
