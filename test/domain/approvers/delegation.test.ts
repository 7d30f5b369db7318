import { describe, expect, it } from 'vitest'
import { type Account, delegate } from '#domain/approvers/delegation'
import { updateVacancies } from '#domain/approvers/role-holders'
import { pendingReminders } from '#domain/reminders/pending-reminders'
import { snooze } from '#domain/reminders/snooze'
import { Refusal, type Refusals } from '#domain/rotation/refusal'
import type { Rotation } from '#domain/rotation/rotation'
import { calendarOf } from '#domain/time/calendar'
import { aReminderState, aSeenToken, NEVER_QUIET, settings } from '#test/support/reminder-year'
import { AI_OPS_OWNER, aRotation, DEVOPS_LEAD, minutesIn, OPENED } from '#test/support/rotation-builder'

const somebody = (parts: Partial<Account> = {}): Account => ({
  id: 'U0SOMEBODY',
  name: 'somebody',
  isBot: false,
  deactivated: false,
  isGuest: false,
  isOutsider: false,
  ...parts,
})

const AT = '2026-11-23T23:30:00.000Z'

const give = (
  lastDay: string,
  to: Account | null = somebody(),
  { timeZone = 'UTC', rotations = [] as Rotation[], otherHolders = [AI_OPS_OWNER] } = {},
) =>
  delegate(
    { role: 'devops-lead', from: DEVOPS_LEAD, to, lastDay, at: AT },
    { calendar: calendarOf(timeZone), rotations, otherHolders, otherRole: 'ai-ops-owner' },
  )

const refused = (act: () => unknown): Refusal['details'] => {
  try {
    act()
  } catch (error) {
    if (error instanceof Refusal) return { code: error.code, ...error.details } as Refusals['reason-missing']
    throw error
  }
  throw new Error('it was not refused')
}

describe('a delegation', () => {
  it('lasts until the end of its last day, by the clocks of the configured zone', () => {
    expect(give('2026-11-23').until).toBe('2026-11-24T00:00:00.000Z')
    expect(give('2026-11-24', somebody(), { timeZone: 'Europe/Berlin' }).until).toBe(
      '2026-11-24T23:00:00.000Z',
    )
    expect(give('2026-11-23', somebody(), { timeZone: 'America/New_York' }).until).toBe(
      '2026-11-24T05:00:00.000Z',
    )
  })

  it('may not end on a day that is over there, whatever day it is elsewhere', () => {
    // In Berlin it is the 24th already.
    expect(refused(() => give('2026-11-23', somebody(), { timeZone: 'Europe/Berlin' }))).toMatchObject({
      code: 'day-past',
      earliest: '2026-11-24',
      timeZone: 'Europe/Berlin',
    })
    expect(refused(() => give('2027-02-22'))).toMatchObject({ code: 'day-too-far', latest: '2027-02-21' })
    for (const text of ['', 'tomorrow', '2026-02-30', '24.11.2026'])
      expect(refused(() => give(text))).toMatchObject({ code: 'not-a-day' })
  })

  it.each([
    ['unknown', null, {}],
    ['yourself', somebody({ id: DEVOPS_LEAD }), {}],
    ['bot', somebody({ isBot: true }), {}],
    ['deactivated', somebody({ deactivated: true }), {}],
    ['guest', somebody({ isGuest: true }), {}],
    ['outsider', somebody({ isOutsider: true }), {}],
    ['owner', somebody(), { rotations: [aRotation({ ownerId: 'U0SOMEBODY' })] }],
    ['other-role', somebody({ id: AI_OPS_OWNER }), {}],
  ])('is not given to whom it would not serve: %s', (why, to, facts) => {
    expect(refused(() => give('2026-11-25', to, facts))).toMatchObject({ code: 'delegate-not-eligible', why })
  })

  it('may be given to one of several holders of the other role', () => {
    const facts = { otherHolders: [AI_OPS_OWNER, 'U0ANOTHER'] }
    expect(give('2026-11-25', somebody({ id: AI_OPS_OWNER }), facts).to).toBe(AI_OPS_OWNER)
    const closed = { rotations: [aRotation({ ownerId: 'U0SOMEBODY', status: 'aborted' })] }
    expect(give('2026-11-25', somebody(), closed).to).toBe('U0SOMEBODY')
  })
})

describe('a snooze', () => {
  const config = settings({ quiet: NEVER_QUIET })
  const put = (until: string, reason = 'away', rotations: Rotation[] = []) => {
    const state = aReminderState({
      tokens: [aSeenToken({ currentSince: '2026-10-24T10:00:00.000Z' })],
      rotations: rotations.map((rotation) => ({ rotation, movedAt: OPENED })),
    })
    const now = minutesIn(25 * 60)
    const reminders = pendingReminders(state, now, config)
    return snooze({ reminders, rotations, until, reason, now }, calendarOf('UTC'), 7)
  }

  it('ends on a later day, at most a week away, and has a reason', () => {
    expect(put('2026-12-01')).toEqual({
      until: '2026-12-01T00:00:00.000Z',
      subjects: [{ kind: 'token-due', subject: '2026-11-23' }],
    })
    expect(refused(() => put(''))).toMatchObject({ code: 'not-a-day' })
    expect(refused(() => put('2026-11-24'))).toMatchObject({ code: 'day-past' })
    expect(refused(() => put('2026-12-02'))).toMatchObject({ code: 'day-too-far' })
    expect(refused(() => put('2026-12-01', ' '))).toMatchObject({ code: 'reason-missing' })
  })

  it('never concerns an incident', () => {
    const routine = put('2026-12-01', 'away', [aRotation()])
    expect(routine.subjects.map((each) => each.subject)).toContain('R42')
    const incident = put('2026-12-01', 'away', [aRotation({ trigger: 'policy-hit', severity: 'P3' })])
    expect(incident.subjects.map((each) => each.subject)).toEqual(['2026-11-23'])
  })
})

describe('a vacant role', () => {
  it('is noted with the time at which that was first seen, and forgotten when there is somebody', () => {
    const [deactivated, here] = [somebody({ deactivated: true }), somebody({ id: 'U0ANOTHER' })]
    const first = updateVacancies(
      {},
      { 'devops-lead': [deactivated], 'ai-ops-owner': [deactivated, here] },
      OPENED,
    )
    expect(first).toEqual({ 'devops-lead': OPENED })
    expect(updateVacancies(first, { 'devops-lead': [deactivated], 'ai-ops-owner': [here] }, AT)).toEqual(
      first,
    )
    expect(updateVacancies(first, { 'devops-lead': [here], 'ai-ops-owner': [here] }, AT)).toEqual({})
  })
})
