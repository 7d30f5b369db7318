import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { assertMay, authorize, type Question } from '#authorization/authorize'
import { configuredPeople } from '#authorization/configured-people'
import { openDatabase } from '#db/open-database'
import { insertDelegation } from '#db/queries/delegations'
import type { Db } from '#db/schema'
import { minutesIn, NOW, OPENED } from '#test/support/rotation-builder'
import { createUserGroups, TEAM, type UserGroups } from '#test/support/user-groups'

/** Longer than a request waits for Slack. */
const TOO_LONG_MS = 2_500

describe('the user groups of a request', () => {
  let db: Db
  let groups: UserGroups
  beforeEach(async () => {
    db = await openDatabase(':memory:')
    groups = await createUserGroups({ S0A: ['U0A'], S0B: ['U0B'], S0C: ['U0C'] })
  })
  afterEach(async () => {
    await groups.close()
    await db.destroy()
  })

  const PEOPLE = {
    operators: ['U0OPERATOR', 'S0A', 'S0B'],
    'on-call': 'S0C',
    'devops-lead': ['S0A', 'U0LEAD'],
    'ai-ops-owner': ['S0A', 'S0B'],
  }
  const sources = () => ({
    db,
    clock: { now: () => NOW },
    people: configuredPeople(groups.slack, PEOPLE, TEAM),
  })
  const ask = (user: string, action: Question['action']) => authorize(sources(), { user, action })
  const read = () => groups.reads.splice(0).sort()

  const delegate = (from: string, to: string) =>
    insertDelegation(db, {
      role: 'devops-lead',
      from,
      to,
      lastDay: '2026-11-30',
      until: minutesIn(999),
      at: OPENED,
    })

  it('are not read for somebody whom the config names', async () => {
    for (const action of ['start-rotation', 'answer-escalation', 'escalate'] as const)
      expect(await ask('U0OPERATOR', action)).toMatchObject({ allowed: true })
    expect(await ask('U0LEAD', 'sign-off:devops-lead')).toMatchObject({ allowed: true })
    expect(read()).toEqual([])
  })

  it('are each read once, however many lists and people they are read for', async () => {
    await delegate('U0NOBODY', 'U0DELEGATE')
    await delegate('U0A', 'U0DELEGATE')
    for (const action of ['sign-off:devops-lead', 'reject', 'escalate'] as const) {
      const answer = await ask('U0DELEGATE', action)
      expect(answer).toMatchObject({ allowed: true, delegateOf: 'U0A', role: 'devops-lead' })
      const expected = {
        'sign-off:devops-lead': ['S0A'],
        reject: ['S0A', 'S0B'],
        escalate: ['S0A', 'S0B', 'S0C'],
      }
      expect(read()).toEqual(expected[action])
    }
  })

  it('are read once for all questions of a request, and again for the next', async () => {
    const context = sources()
    const lists = context.people.openLists()
    await assertMay(context, { user: 'U0A', action: 'hand-off' }, lists)
    expect((await authorize(context, { user: 'U0B', action: 'own-rotation' }, lists)).allowed).toBe(true)
    expect(await lists.members('ai-ops-owner')).toEqual(['U0A', 'U0B'])
    expect(read()).toEqual(['S0A', 'S0B'])
    groups.members.set('S0A', [])
    expect((await authorize(context, { user: 'U0A', action: 'hand-off' }, lists)).allowed).toBe(true)
    expect((await ask('U0A', 'hand-off')).allowed).toBe(false)
    expect(read()).toEqual(['S0A', 'S0B'])
  })

  it('let nobody in whom the config does not name, when Slack does not answer in time', async () => {
    await delegate('U0LEAD', 'U0DELEGATE')
    // Known from the start, as everybody whom the config names.
    const known = sources()
    await known.people.recallAccount('U0LEAD')
    groups.delay(TOO_LONG_MS)
    const asked = (['sign-off:devops-lead', 'reject', 'escalate', 'start-rotation'] as const).flatMap(
      (action) => ['U0DELEGATE', 'U0A', 'U0BYSTANDER'].map((user) => ask(user, action)),
    )
    const answers = await Promise.allSettled(asked)
    const refusal = expect.objectContaining({ code: 'permission-unreadable' })
    expect(answers).toEqual(answers.map(() => ({ status: 'rejected', reason: refusal })))
    expect((await authorize(known, { user: 'U0LEAD', action: 'sign-off:devops-lead' })).allowed).toBe(true)
  })

  it('let nobody in when Slack knows no such group, but whom the config names', async () => {
    groups.members.delete('S0A')
    await expect(ask('U0A', 'start-rotation')).rejects.toMatchObject({ code: 'permission-unreadable' })
    await expect(ask('U0B', 'reject')).rejects.toMatchObject({ code: 'permission-unreadable' })
    expect((await ask('U0OPERATOR', 'start-rotation')).allowed).toBe(true)
  })

  it('share one deadline: what is asked after it is refused at once', async () => {
    const context = sources()
    const lists = context.people.openLists()
    groups.delay(TOO_LONG_MS)
    await expect(lists.members('on-call')).rejects.toMatchObject({ code: 'permission-unreadable' })
    groups.delay(0)
    read()
    await expect(lists.includes('operators', 'U0A')).rejects.toMatchObject({ code: 'permission-unreadable' })
    expect(read()).toEqual([])
  })
})
