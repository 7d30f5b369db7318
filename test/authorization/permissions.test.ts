import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorize } from '#authorization/authorize'
import { configuredPeople } from '#authorization/configured-people'
import { type Action, lackedFor, PERMISSIONS } from '#authorization/permissions'
import { openDatabase } from '#db/open-database'
import { insertDelegation } from '#db/queries/delegations'
import { insertParts, insertRotationRow } from '#db/queries/rotations'
import type { Db } from '#db/schema'
import { type Role, rotationLabel, type Trigger } from '#domain/rotation/rotation'
import { aRotation, aToken, minutesIn, NOW, OPENED } from '#test/support/rotation-builder'
import { createUserGroups, TEAM, type UserGroups } from '#test/support/user-groups'

const PEOPLE = {
  operators: ['U0OPERATOR', 'S0OPERATORS'],
  'on-call': 'S0ONCALL',
  'devops-lead': ['U0LEAD', 'S0LEADS'],
  'ai-ops-owner': ['U0OWNER', 'S0OWNERS'],
}

/** Slack took the deactivated people out of their groups; what they delegated before is still in the database. */
const GROUPS = {
  S0OPERATORS: ['U0OPERATORINGROUP'],
  S0ONCALL: ['U0ONCALL'],
  S0LEADS: ['U0LEADINGROUP'],
  S0OWNERS: ['U0OWNERINGROUP'],
}

const DELEGATIONS: [Role, string, string][] = [
  ['devops-lead', 'U0LEAD', 'U0LEADDELEGATE'],
  ['devops-lead', 'U0LEADINGROUP', 'U0LEADINGROUPDELEGATE'],
  ['ai-ops-owner', 'U0OWNERINGROUP', 'U0OWNERDELEGATE'],
  ['devops-lead', 'U0DEACTIVATED', 'U0DEACTIVATEDDELEGATE'],
  ['devops-lead', 'U0LEADDELEGATE', 'U0DELEGATEDELEGATE'],
]

/** Every kind of person, with the column of the table that holds for them. */
const KINDS: [string, number][] = [
  ['U0OPERATOR', 0],
  ['U0OPERATORINGROUP', 0],
  ['U0ONCALL', 1],
  ['U0LEAD', 2],
  ['U0LEADINGROUP', 2],
  ['U0OWNER', 3],
  ['U0OWNERINGROUP', 3],
  ['U0LEADDELEGATE', 4],
  ['U0LEADINGROUPDELEGATE', 4],
  ['U0OWNERDELEGATE', 5],
  ['U0BYSTANDER', 6],
  ['U0DEACTIVATED', 6],
  ['U0DEACTIVATEDDELEGATE', 6],
  ['U0DELEGATEDELEGATE', 6],
]

type May = 'yes' | 'no' | 'incident'
const [Y, N, I] = ['yes', 'no', 'incident'] as const

// Operator, on-call, DevOps lead, AI Ops owner, the lead's delegate, the owner's delegate, everybody else.
const WRITTEN: Record<Action, [May, May, May, May, May, May, May]> = {
  'read-status': [Y, Y, Y, Y, Y, Y, Y],
  'read-history': [Y, Y, Y, Y, Y, Y, Y],
  'read-rotation': [Y, Y, Y, Y, Y, Y, Y],
  'read-revocations': [Y, Y, Y, Y, Y, Y, Y],
  'read-inventory': [Y, Y, Y, Y, Y, Y, Y],
  'read-delegations': [Y, Y, Y, Y, Y, Y, Y],
  'export-inventory': [Y, Y, Y, Y, Y, Y, Y],
  'share-status': [Y, Y, Y, Y, Y, Y, Y],
  'post-status': [Y, N, N, N, N, N, N],
  'start-rotation': [Y, N, N, N, N, N, N],
  'snooze-reminders': [Y, N, N, N, N, N, N],
  'propose-registry': [Y, N, N, N, N, N, N],
  'run-doctor': [Y, N, N, N, N, N, N],
  'work-on-step': [Y, I, N, N, N, N, N],
  deploy: [Y, I, N, N, N, N, N],
  'adopt-run': [Y, I, N, N, N, N, N],
  'record-manual-step': [Y, I, N, N, N, N, N],
  'record-revocation': [Y, I, N, N, N, N, N],
  'revoke-now': [Y, Y, N, N, N, N, N],
  'extend-revocation': [Y, Y, N, N, N, N, N],
  'hand-off': [Y, I, N, N, N, N, N],
  'own-rotation': [Y, I, N, N, N, N, N],
  rollback: [Y, I, N, N, N, N, N],
  'abort-rotation': [Y, I, N, N, N, N, N],
  'open-incident': [Y, Y, N, N, N, N, N],
  'answer-escalation': [Y, Y, N, N, N, N, N],
  escalate: [Y, Y, Y, Y, Y, Y, N],
  'sign-off:devops-lead': [N, N, Y, N, Y, N, N],
  'sign-off:ai-ops-owner': [N, N, N, Y, N, Y, N],
  'break-glass': [Y, Y, N, N, N, N, N],
  'acknowledge-break-glass': [N, N, Y, Y, Y, Y, N],
  waive: [N, N, Y, Y, Y, Y, N],
  withdraw: [N, N, Y, Y, Y, Y, N],
  reject: [N, N, Y, Y, Y, Y, N],
  'delegate:devops-lead': [N, N, Y, N, N, N, N],
  'delegate:ai-ops-owner': [N, N, N, Y, N, N, N],
}

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
  ] as const)('refuses to %s as what the person lacks', (action, what) => {
    expect(lackedFor(action)).toBe(what)
  })
})
