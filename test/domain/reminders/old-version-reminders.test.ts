import { describe, expect, it } from 'vitest'
import { dueReminders, maySnooze } from '#domain/reminders/due-reminders'
import type { Reminder, ReminderState } from '#domain/reminders/reminder'
import { directRecipients, remindersFor } from '#domain/reminders/reminder-recipients'
import type { Revocation } from '#domain/revocations/revocation'
import type { Instant, Rotation } from '#domain/rotation/rotation'
import { aReminderState, NEVER_QUIET, settings, simulateReminders } from '#test/support/reminder-year'
import { aRevocation } from '#test/support/revocation-builder'
import { aRotation, minutesIn, OPERATOR } from '#test/support/rotation-builder'

const HOUR = 60
/** The old version was replaced at this minute, so its deadline is a day later. */
const DEADLINE = 30 + 24 * HOUR
const deadline = minutesIn(DEADLINE)

const bot = (parts: Partial<Revocation> = {}) =>
  aRevocation({ revoker: 'bot', environment: 'production', stage: 'deployment', ...parts })
const person = (parts: Partial<Revocation> = {}) =>
  bot({ verifiedAt: minutesIn(100), stage: 'person', stageNote: 'agents were refused', ...parts })

const QUIET = settings({
  quiet: { from: '00:00', to: '24:00', weekends: true },
  operators: ['U0OPS', 'S0OPS'],
})
const NEVER = { ...QUIET, quiet: NEVER_QUIET }

const open = (rotation: Rotation, oldVersions: Revocation[]): Partial<ReminderState> => ({
  rotations: [{ rotation, movedAt: minutesIn(DEADLINE) }],
  oldVersions,
})
const promoting = (rows: Revocation[]) => open(aRotation({ status: 'promoting', done: 5 }), rows)

const due = (state: Partial<ReminderState>, minutes: number, config = QUIET) =>
  dueReminders(aReminderState(state), minutesIn(minutes), config)
const kinds = (reminders: Reminder[]) => reminders.map(({ kind }) => kind)

describe('a deployment that is missing', () => {
  it.each<[string, Partial<ReminderState>]>([
    ['the bot retires', promoting([bot()])],
    ['the issuer revokes', promoting([bot({ revoker: 'workflow', stage: null })])],
    ['is verified, but in use', promoting([bot({ verifiedAt: minutesIn(100), stage: 'use' })])],
    ['an aborted rotation left', { closed: [aRotation({ status: 'aborted' })], oldVersions: [bot()] }],
  ])('is said once, six hours before the deadline of a version that %s, also at night', (_, state) => {
    const sent = simulateReminders(
      { from: minutesIn(60), to: minutesIn(DEADLINE + 48 * HOUR), stepMinutes: 5 },
      QUIET,
      () => state,
    )
    expect(sent.map((each) => each.at)).toEqual([minutesIn(DEADLINE - 6 * HOUR)])
    expect(sent[0]?.reminders).toMatchObject([{ kind: 'deployment-missing', urgent: true, deadline }])
  })

  it('is said to the owner and the operators: people in a direct message, groups in the channel', () => {
    const reminders = due(promoting([bot()]), DEADLINE - 6 * HOUR)
    expect(directRecipients(reminders, {})).toEqual([OPERATOR, 'U0OPS'])
    expect(remindersFor('U0OPS', reminders, {})).toHaveLength(1)
    expect(remindersFor('U0LEAD', reminders, {})).toEqual([])
    expect(reminders).toMatchObject([{ people: [OPERATOR, 'U0OPS', 'S0OPS'] }])
    expect(reminders.map((each) => maySnooze(each, false))).toEqual([false])
  })

  it('is said again before a deadline that a person extended', () => {
    const at = (minutes: number, rows: Revocation[], sent: Reminder[]) =>
      due({ ...promoting(rows), sent }, minutes)
    const sent = at(DEADLINE - 6 * HOUR, [bot()], [])
    const extended = [bot({ extendedUntil: minutesIn(DEADLINE + 20 * HOUR) })]
    expect(at(DEADLINE - 5 * HOUR, extended, sent)).toEqual([])
    expect(at(DEADLINE + 14 * HOUR - 1, extended, sent)).toEqual([])
    expect(kinds(at(DEADLINE + 14 * HOUR, extended, sent))).toEqual(['deployment-missing'])
  })

  it('is said again when an incident takes the version over with a stricter deadline', () => {
    const sent = due(promoting([bot()]), DEADLINE - 6 * HOUR)
    const stricter = [bot({ dueAt: minutesIn(DEADLINE - 2 * HOUR), leakedIn: 42 })]
    const raised = open(aRotation({ status: 'promoting', done: 5, trigger: 'credential-anomaly' }), stricter)
    expect(kinds(due({ ...raised, sent }, DEADLINE - 6 * HOUR + 5))).toEqual(['deployment-missing'])
  })

  it('is said once for versions that were replaced one after the other, also when one is resolved', () => {
    const rows = [0, 1, 14].map((minutes, id) => bot({ id, dueAt: minutesIn(DEADLINE + minutes) }))
    const sent = due(promoting(rows), DEADLINE - 5 * HOUR)
    expect(sent).toMatchObject([{ versions: [{ id: 0 }, { id: 1 }, { id: 2 }] }])
    const later = rows.map((row, index) => (index === 0 ? { ...row, state: 'recorded' as const } : row))
    expect(due({ ...promoting(later), sent }, DEADLINE - 4 * HOUR)).toEqual([])
  })

  it.each<[string, Partial<Revocation>]>([
    ['is being disabled', { verifiedAt: minutesIn(100), stage: 'disabling' }],
    ['is disabled', { issuer: 'disabled', issuerAt: minutesIn(110) }],
    ['is in use again', { state: 'in-use' }],
    ['is to be revoked now', { forcedAt: minutesIn(110), forcedBy: 'U0ONCALL' }],
  ])('is not said when the version %s', (_, parts) => {
    expect(due(promoting([bot(parts)]), DEADLINE - 5 * HOUR)).toEqual([])
  })
})

describe('a signature that is missing', () => {
  const signing = (rows: Revocation[]) => open(aRotation({ done: 5 }), rows)
  /** Since minute 50, when the last step was done. */
  const first = (minutes: number) => minutesIn(50 + minutes)
  const times = (state: Partial<ReminderState>, config: typeof QUIET): Instant[] =>
    simulateReminders({ from: minutesIn(55), to: deadline, stepMinutes: 5 }, config, () => state)
      .filter(({ reminders }) => reminders.some(({ kind }) => kind === 'sign-off-waits'))
      .map(({ at }) => at)

  it('is said at the hours of the config where these end before, and again six hours before the deadline', () => {
    expect(times(signing([bot()]), NEVER)).toEqual([
      first(4 * HOUR),
      first(8 * HOUR),
      minutesIn(DEADLINE - 6 * HOUR),
    ])
  })

  it('is said six hours before the deadline where the hours of the config end later, and at night', () => {
    const late = { ...QUIET, signOffHours: 48 }
    expect(times(signing([bot()]), late)).toEqual([minutesIn(DEADLINE - 6 * HOUR)])
    expect(due(signing([bot()]), DEADLINE - 6 * HOUR - 1, late)).toEqual([])
    const reminders = due(signing([bot()]), DEADLINE - 6 * HOUR, late).filter(
      ({ kind }) => kind === 'sign-off-waits',
    )
    expect(reminders).toMatchObject([
      { role: 'devops-lead', urgent: true, deadline, toDelegate: true },
      { role: 'ai-ops-owner', urgent: true, deadline, toDelegate: true },
    ])
  })

  it('is said at once where the steps were done less than six hours before the deadline', () => {
    const near = [bot({ dueAt: minutesIn(50 + 3 * HOUR) })]
    expect(times(signing(near), QUIET)[0]).toBe(minutesIn(55))
  })

  it('does not hurry because of versions that agents no longer need', () => {
    const late = { ...QUIET, signOffHours: 48 }
    expect(times(signing([bot({ verifiedAt: minutesIn(40), stage: 'use' })]), late)).toEqual([])
  })
})

describe('a decision that is missing', () => {
  it('is said when it is wanted, not in quiet times, and daily until on-call is paged', () => {
    const far = person({ extendedUntil: minutesIn(DEADLINE + 48 * HOUR) })
    const at = (config: typeof QUIET) =>
      simulateReminders(
        { from: minutesIn(100), to: minutesIn(DEADLINE + 48 * HOUR), stepMinutes: 5 },
        config,
        () => promoting([far]),
      ).map((each) => each.at)
    expect(at(NEVER)).toEqual([minutesIn(100), minutesIn(100 + 24 * HOUR), minutesIn(100 + 48 * HOUR)])
    expect(at(QUIET)).toEqual([])
  })

  it('is not said within six hours of the deadline, because on-call is paged then', () => {
    expect(kinds(due(promoting([person()]), DEADLINE - 6 * HOUR - 1, NEVER))).toEqual(['decision-missing'])
    expect(due(promoting([person()]), DEADLINE - 6 * HOUR, NEVER)).toEqual([])
  })

  it('is said again when a version waits for a person once more', () => {
    const sent = due(promoting([person()]), 110, NEVER)
    const again = person({ issuer: 'live', issuerAt: minutesIn(140) })
    expect(due({ ...promoting([person()]), sent }, 145, NEVER)).toEqual([])
    expect(kinds(due({ ...promoting([again]), sent }, 145, NEVER))).toEqual(['decision-missing'])
  })
})
